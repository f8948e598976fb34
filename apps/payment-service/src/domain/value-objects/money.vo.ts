import { InvalidAmount } from '../errors/money.errors.ts';

export type Currency = 'USD' | 'EUR' | 'GBP';

/** What an amount consists of, in its minor units: `fee + earnings` is the amount. */
export interface Split {
  readonly fee: number;
  readonly earnings: number;
}

/** Whole minor units of a currency. Immutable. */
export class Money {
  private constructor(
    readonly amount: number,
    readonly currency: Currency,
  ) {}

  /** Throws InvalidAmount unless `amount` is a whole number from 0 to 2^53 − 1: beyond, a number does not count single units. */
  static of(amount: number, currency: Currency): Money {
    if (!Number.isSafeInteger(amount) || amount < 0) throw new InvalidAmount(amount, 'a whole number of minor units, 0 or more');
    return new Money(amount, currency);
  }

  /** `round_half_up(amount × bps / 10 000)`. Throws InvalidAmount for a share outside of 0 to 10 000 basis points. */
  share(bps: number): Money {
    if (!Number.isSafeInteger(bps) || bps < 0 || bps > WHOLE) throw new InvalidAmount(bps, 'basis points from 0 to 10000');
    return new Money(roundedHalfUp(this.amount, bps, WHOLE), this.currency);
  }

  /** The platform's fee is a share; the earnings are the rest, so that both add up to the amount. */
  split(feeBps: number): Split {
    const fee = this.share(feeBps).amount;
    return { fee, earnings: this.amount - fee };
  }

  equals(other: { readonly amount: number; readonly currency: string }): boolean {
    return this.amount === other.amount && this.currency === other.currency;
  }

  toString(): string {
    return `${this.amount} ${this.currency}`;
  }
}

/**
 * What goes back of fee and earnings when `amount` is reversed and `before` was reversed already. The fee that is reversed after a total
 * of t is `round_half_up(fee × t / price)`, whatever the steps; each step reverses the difference to the step before, and the rest of its
 * amount is earnings. So neither part is ever negative or above `amount`, and the steps up to the full price reverse exactly fee and
 * earnings. Throws InvalidAmount when more would be reversed than was paid.
 */
export function reversal(paid: Split, before: number, amount: number): Split {
  const price = paid.fee + paid.earnings;
  if (before + amount > price) throw new InvalidAmount(amount, `at most ${price - before}, which is what is left of ${price}`);
  const fee = roundedHalfUp(paid.fee, before + amount, price) - roundedHalfUp(paid.fee, before, price);
  return { fee, earnings: amount - fee };
}

const WHOLE = 10_000;

/** `a × b / divisor` in whole numbers: a product beyond 2^53 would be rounded twice. */
function roundedHalfUp(a: number, b: number, divisor: number): number {
  const whole = BigInt(divisor);
  return Number((2n * BigInt(a) * BigInt(b) + whole) / (2n * whole));
}
