import { findContract } from '@edtech/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Money, reversal, type Split } from './money.vo.ts';

const MOST = 2 ** 53 - 1;
const usd = (amount: number): Money => Money.of(amount, 'USD');
const INVALID = expect.objectContaining({ code: 'INVALID_AMOUNT' });

/** Half up, by comparing twice the remainder with the divisor: another way to it than the code's. */
function halfUp(a: number, b: number, divisor: number): number {
  const product = BigInt(a) * BigInt(b);
  const rest = product % BigInt(divisor);
  return Number((product - rest) / BigInt(divisor) + (rest * 2n >= BigInt(divisor) ? 1n : 0n));
}

describe('an amount', () => {
  test.each([-1, 0.5, 0.1 + 0.2, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('G42 %d is none', (amount) => {
    expect(() => usd(amount)).toThrow(INVALID);
  });

  test('is equal to the same amount of the same currency only', () => {
    expect(usd(5_000).equals(usd(5_000))).toBe(true);
    expect(usd(5_000).equals(usd(5_001))).toBe(false);
    expect(usd(5_000).equals(Money.of(5_000, 'EUR'))).toBe(false);
    expect(`${usd(5_000)}`).toBe('5000 USD');
  });
});

describe('a share', () => {
  test.each([
    [5_000, 2_000, 1_000],
    [25, 2_000, 5],
    [1, 4_999, 0],
    [1, 5_000, 1],
    [3, 5_000, 2],
    [MOST, 10_000, MOST],
    [MOST, 3_333, 3_002_099_511_605_172],
  ])('%i by %i basis points is %i', (amount, bps, share) => {
    expect(halfUp(amount, bps, 10_000)).toBe(share);
    expect(usd(amount).share(bps)).toEqual(usd(share));
  });

  test.each([-1, 10_001, 0.5, Number.NaN])('%d is no number of basis points', (bps) => {
    expect(() => usd(5_000).share(bps)).toThrow(INVALID);
  });
});

test('a coin that could go to both goes to the fee', () => {
  expect(usd(5).split(5_000)).toEqual({ fee: 3, earnings: 2 });
  expect(usd(5_000).split(0)).toEqual({ fee: 0, earnings: 5_000 });
  expect(usd(5_000).split(10_000)).toEqual({ fee: 5_000, earnings: 0 });
});

describe('a reversal', () => {
  const paid = usd(4_999).split(2_000);

  test('takes the fee back in proportion, and what rounding left over with the last part', () => {
    expect(paid).toEqual({ fee: 1_000, earnings: 3_999 });
    expect(reversal(paid, 0, 2_500)).toEqual({ fee: 500, earnings: 2_000 });
    expect(reversal(paid, 2_500, 2_499)).toEqual({ fee: 500, earnings: 1_999 });
    expect(reversal({ fee: 1, earnings: 2 }, 0, 1)).toEqual({ fee: 0, earnings: 1 });
    expect(reversal({ fee: 1, earnings: 2 }, 1, 1)).toEqual({ fee: 1, earnings: 0 });
    expect(reversal({ fee: 1, earnings: 2 }, 2, 1)).toEqual({ fee: 0, earnings: 1 });
  });

  test('of more than was paid is refused', () => {
    expect(() => reversal(paid, 2_500, 2_500)).toThrow(INVALID);
  });
});

const amount = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: MOST }) },
);
const bps = fc.integer({ min: 0, max: 10_000 });

test('300,000 roundings of fees and refunds are exact', () => {
  let roundings = 0;
  // Where each of up to six partial refunds ends, as a share of the price.
  const steps = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(amount, bps, steps, (price, commission, shares) => {
      const paid = usd(price).split(commission);
      const ends = [...shares.map((share) => halfUp(price, share, 1_000_000)), price].toSorted((a, b) => a - b);
      const problem = problemOf(price, commission, paid, ends);
      if (problem !== undefined) throw new Error(problem);
      roundings += 1 + ends.length;
    }),
    { numRuns: 60_000 },
  );
  expect(roundings).toBeGreaterThan(300_000);
});

/** What is wrong with the fee of this price, or with the refunds that end at `ends`, the last one at the full price. */
function problemOf(price: number, commission: number, paid: Split, ends: readonly number[]): string | undefined {
  if (paid.fee !== halfUp(price, commission, 10_000) || paid.fee + paid.earnings !== price) {
    return `${commission} basis points of ${price}: ${JSON.stringify(paid)}`;
  }
  let [before, fee, earnings] = [0, 0, 0];
  for (const end of ends) {
    const step = reversal(paid, before, end - before);
    fee += step.fee;
    earnings += step.earnings;
    const isSound = step.fee >= 0 && step.earnings >= 0 && step.fee + step.earnings === end - before;
    if (!isSound || fee !== halfUp(paid.fee, end, price)) {
      return `from ${before} to ${end} of ${price}, fee ${paid.fee}: ${JSON.stringify(step)}`;
    }
    before = end;
  }
  const isWhole = fee === paid.fee && earnings === paid.earnings;
  return isWhole ? undefined : `all of ${price} went back, but ${fee} of ${paid.fee} and ${earnings} of ${paid.earnings}`;
}

test('an old payment.created is read with the fee that is computed today', () => {
  const id = '9f3c1e58-04b7-4d2a-a6c9-3e8b5f7d1a40';
  const { contract } = findContract('payment.created');
  fc.assert(
    fc.property(amount, (price) => {
      const { fee, earnings } = usd(price).split(2_000);
      const read = contract.read(1, { paymentId: id, amount: price, studentId: id, tutorId: id });
      expect(read).toMatchObject({ platformFee: fee, tutorEarnings: earnings });
    }),
    { numRuns: 1_000 },
  );
});
