import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import type { PaymentEvents } from '../aggregates/payment.aggregate.ts';
import type { PayoutEvents } from '../aggregates/payout.aggregate.ts';

/** Where the tutor's earnings of one payment are, in minor units. */
export interface PaymentEarnings {
  readonly paymentId: string;
  /** Of the last event that is in here. */
  readonly streamVersion: number;
  readonly tutorId: string;
  readonly currency: string;
  /** What reversals have left of them; once a payout has the payment, what that payout pays for it. */
  readonly earnings: number;
  readonly released: boolean;
  readonly payoutId: string | null;
}

interface Moved {
  readonly held?: number;
  readonly available?: number;
}

interface Movement {
  readonly event: RecordedEvent;
  readonly tutorId: string;
  readonly currency: string;
  readonly held: number;
  readonly available: number;
  readonly paid: number;
}

interface Reversal {
  readonly paymentId: string;
  readonly reversalId: string;
  readonly tutorId: string;
  readonly currency: string;
  readonly amount: number;
  /** The payout that has deducted it. */
  readonly payoutId: string | null;
}

interface Outcome {
  readonly payment: Omit<PaymentEarnings, 'streamVersion'>;
  readonly moved?: Moved;
  readonly reversal?: Pick<Reversal, 'reversalId' | 'amount' | 'payoutId'>;
}

type Events = PaymentEvents | PayoutEvents;
type PayloadOf<N extends Events['EVENT_NAME']> = InstanceType<Extract<Events, { readonly EVENT_NAME: N }>>['payload'];

/** What an event says about a payment whose earnings are known. */
const CHANGES: {
  readonly [N in Events['EVENT_NAME']]?: (payment: PaymentEarnings, payload: PayloadOf<N>) => Outcome;
} = {
  'payment.released': (payment) => ({
    payment: { ...payment, released: true },
    moved: { held: -payment.earnings, available: payment.earnings },
  }),
  'payment.refunded': (payment, { refundId, earningsReversed }) => reversed(payment, refundId, earningsReversed),
  'payment.dispute_closed': (payment, { disputeId, earningsReversed }) => reversed(payment, disputeId, earningsReversed),
  'payment.payout_assigned': (payment, { payoutId }) => ({ payment: { ...payment, payoutId } }),
  'payment.reversal_deducted': (payment, { reversalId, amount, payoutId }) => ({
    payment,
    reversal: { reversalId, amount, payoutId },
  }),
};

export const foldedEvents: readonly string[] = ['payment.completed', ...Object.keys(CHANGES), 'payout.paid'];

function reversed(payment: PaymentEarnings, reversalId: string, amount: number): Outcome {
  if (amount === 0) return { payment };
  if (payment.payoutId !== null)
    return { payment, moved: { available: -amount }, reversal: { reversalId, amount, payoutId: null } };
  const left = { ...payment, earnings: payment.earnings - amount };
  return { payment: left, moved: payment.released ? { available: -amount } : { held: -amount } };
}

/** Takes events in the order of the feed; one that a payment has taken already changes nothing. */
export class EarningsFold {
  readonly #payments: Map<string, PaymentEarnings>;
  readonly #changed = new Set<string>();
  readonly #reversals = new Map<string, Reversal>();
  readonly movements: Movement[] = [];

  constructor(known: readonly PaymentEarnings[]) {
    this.#payments = new Map(known.map((payment) => [payment.paymentId, payment]));
  }

  /** Throws EarningsUnknown for a payment whose capture was not taken. */
  apply(event: RecordedEvent): void {
    if (isNamed(event, 'payout.paid')) return this.#paid(event);
    const known = this.#payments.get(event.aggregateId);
    if (known !== undefined && known.streamVersion >= event.streamVersion) return;
    if (isNamed(event, 'payment.completed')) return this.#completed(event);
    if (known === undefined) throw new EarningsUnknown(event.aggregateId, event.eventName);
    this.#take(event, changeOf(known, event));
  }

  get changed(): readonly PaymentEarnings[] {
    return [...this.#payments.values()].filter(({ paymentId }) => this.#changed.has(paymentId));
  }

  get reversals(): readonly Reversal[] {
    return [...this.#reversals.values()];
  }

  #completed(event: RecordedEvent<PayloadOf<'payment.completed'>>): void {
    const { paymentId, tutorId, currency, tutorEarnings: earnings } = event.payload;
    const payment = { paymentId, tutorId, currency, earnings, released: false, payoutId: null };
    this.#take(event, { payment, moved: { held: earnings } });
  }

  #paid(event: RecordedEvent<PayloadOf<'payout.paid'>>): void {
    const { tutorId, currency, amount } = event.payload;
    this.movements.push({ event, tutorId, currency, held: 0, available: -amount, paid: amount });
  }

  #take(event: RecordedEvent, { payment, moved, reversal }: Outcome): void {
    const { paymentId, tutorId, currency } = payment;
    this.#payments.set(paymentId, { ...payment, streamVersion: event.streamVersion });
    this.#changed.add(paymentId);
    const { held = 0, available = 0 } = moved ?? {};
    if (held !== 0 || available !== 0) this.movements.push({ event, tutorId, currency, held, available, paid: 0 });
    if (reversal !== undefined)
      this.#reversals.set(`${paymentId}\0${reversal.reversalId}`, { paymentId, tutorId, currency, ...reversal });
  }
}

function changeOf(payment: PaymentEarnings, { eventName, payload }: RecordedEvent): Outcome {
  const changes: Readonly<Record<string, ((payment: PaymentEarnings, payload: never) => Outcome) | undefined>> = CHANGES;
  const change = changes[eventName];
  if (change === undefined) throw new TypeError(`${eventName} changes no earnings`);
  return Reflect.apply(change, undefined, [payment, payload]);
}

function isNamed<N extends Events['EVENT_NAME']>(event: RecordedEvent, name: N): event is RecordedEvent<PayloadOf<N>> {
  return event.eventName === name;
}

/** The feed has an event of a payment without the capture before it. */
export class EarningsUnknown extends Error {
  readonly code = 'EARNINGS_UNKNOWN';

  constructor(paymentId: string, eventName: string) {
    super(`${eventName} of payment ${paymentId} came without its payment.completed; rebuild the read model from the whole log`);
    this.name = 'EarningsUnknown';
  }
}
