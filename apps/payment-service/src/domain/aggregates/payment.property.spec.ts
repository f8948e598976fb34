import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { contracts, findContract } from '@edtech/contracts';
import { DomainError, EventContracts } from '@edtech/shared-kernel';
import { historyOf } from '@edtech/shared-kernel/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aPaymentStory, anAsk, type Ask } from '../../../test/payment-commands.arbitrary.ts';
import { PaymentInvariants } from '../../../test/payment-invariants.ts';
import { order, paymentId, studentId, tutorId } from '../../../test/payment.fixture.ts';
import { Payment } from './payment.aggregate.ts';

const known = new EventContracts(contracts);

type Outcome = readonly string[] | string;

/** The names of the events that followed, or the code of the refusal; whatever but a business rule is thrown is a fault. */
function outcomeOf({ act }: Ask, payment: Payment): Outcome {
  const before = payment.getUncommittedEvents().length;
  try {
    act(payment);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    strictEqual(payment.getUncommittedEvents().length, before, 'a refusal leaves no event');
    return error.code;
  }
  return payment
    .getUncommittedEvents()
    .slice(before)
    .map(({ eventName }) => eventName);
}

function reloaded(payment: Payment): Payment {
  return Payment.fromHistory(historyOf(payment.getUncommittedEvents()));
}

test('G42 whatever is asked of a payment: every invariant holds, a refusal changes nothing, a repeat records nothing, and the history is the whole truth', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(aPaymentStory, ({ price, commissionBps, asks }) => {
      const payment = Payment.create({ ...order, price, commissionBps });
      const invariants = new PaymentInvariants();
      let read = 0;
      let fromStore = reloaded(payment);
      for (const ask of asks) {
        const before = payment.snapshot;
        const outcome = outcomeOf(ask, payment);
        seen.add(String(outcome));
        deepStrictEqual(outcomeOf(ask, fromStore), outcome, `${ask.name}, asked of what was stored`);
        deepStrictEqual(fromStore.snapshot, payment.snapshot);
        if (typeof outcome === 'string' || outcome.length === 0) {
          deepStrictEqual(payment.snapshot, before);
        } else {
          deepStrictEqual(outcomeOf(ask, payment), [], `${ask.name}, repeated`);
          fromStore = reloaded(payment);
        }
        const events = payment.getUncommittedEvents();
        for (; read < events.length; read++) {
          const event = events[read];
          if (event === undefined) throw new Error('an event is there');
          invariants.see(event);
          deepStrictEqual(known.get(event.eventName).parse(event.payload), event.payload);
        }
      }
      expect(reloaded(payment).snapshot).toEqual(payment.snapshot);
    }),
    { numRuns: 400 },
  );
  expect([...seen].toSorted()).toEqual([
    '',
    'ALREADY_ASSIGNED',
    'ALREADY_DEDUCTED',
    'ALREADY_OPEN',
    'AMOUNT_EXCEEDS_REMAINING',
    'APPROVAL_REQUIRED',
    'ATTEMPTS_EXHAUSTED',
    'DISPUTE_OPEN',
    'FROZEN',
    'INVALID_AMOUNT',
    'INVALID_STATE',
    'NOT_OPEN',
    'SAME_PERSON',
    'UNKNOWN_DEDUCTION',
    'UNKNOWN_REFUND',
    'USE_REFUND',
    'payment.attempt_failed',
    'payment.authorized',
    'payment.cancelled',
    'payment.completed',
    'payment.completed,payment.refund_requested',
    'payment.dispute_closed',
    'payment.dispute_opened',
    'payment.failed',
    'payment.payout_assigned',
    'payment.provider_mismatch',
    'payment.refund_approved',
    'payment.refund_failed',
    'payment.refund_rejected',
    'payment.refund_requested',
    'payment.refunded',
    'payment.released',
    'payment.reversal_deducted',
  ]);
});

test('a snapshot after any event, with the events that follow, gives the payment of the whole history', () => {
  fc.assert(
    fc.property(aPaymentStory, fc.nat(), ({ price, commissionBps, asks }, k) => {
      const payment = Payment.create({ ...order, price, commissionBps });
      for (const ask of asks) outcomeOf(ask, payment);
      const events = payment.getUncommittedEvents();
      const at = 1 + (k % events.length);
      const early = Payment.fromHistory(historyOf(events.slice(0, at)));
      const stored: typeof early.snapshot = JSON.parse(JSON.stringify(early.snapshot));
      const late = Payment.fromSnapshot(stored, early.position, historyOf(events.slice(at), { after: at }));
      expect(late.snapshot).toEqual(payment.snapshot);
      expect(late.position).toEqual(reloaded(payment).position);
    }),
    { numRuns: 300 },
  );
});

test("the guide's own payment.created is version 1: it is upcast, replayed, and lives on like any other", () => {
  const { contract } = findContract('payment.created');
  const price = fc.integer({ min: 1, max: 1_000_000 });
  const story = price.chain((amount) => fc.tuple(fc.constant(amount), fc.array(anAsk(amount, 'USD'), { maxLength: 30 })));
  fc.assert(
    fc.property(story, ([amount, asks]) => {
      const payload = contract.read(1, { paymentId, amount, studentId, tutorId });
      const [first] = historyOf([{ eventName: 'payment.created', payload }]);
      if (first === undefined) throw new Error('one event makes one record');
      const payment = Payment.fromHistory([first]);
      expect(payment.snapshot).toMatchObject({ bookingId: null, currency: 'USD', commissionBps: 2_000, amount });
      for (const ask of asks) outcomeOf(ask, payment);
      const tail = payment.getUncommittedEvents();
      for (const event of tail) known.get(event.eventName).parse(event.payload);
      expect(Payment.fromHistory([first, ...historyOf(tail, { after: 1 })]).snapshot).toEqual(payment.snapshot);
    }),
    { numRuns: 300 },
  );
});
