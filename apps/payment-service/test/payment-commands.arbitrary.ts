import fc from 'fast-check';
import type { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { Money, type Currency } from '../src/domain/value-objects/money.vo.ts';
import { bookingId, finance, NOON, payoutId, support } from './payment.fixture.ts';

/** Something asked of a payment; it says what, when a run fails. */
export interface Ask {
  readonly name: string;
  act(payment: Payment): void;
}

/** Few of each, so that commands meet each other's refunds, disputes and reports. */
const aRefundId = fc.constantFrom(bookingId, ...[5, 6, 7, 8, 9].map((digit) => `c4d7b0e2-91a3-4f58-b6de-7a20f3c8e91${digit}`));
const aDisputeId = fc.constantFrom('dp_1', 'dp_2', 'dp_3');
const aPayoutId = fc.constantFrom(payoutId, 'a19c7e3d-5f02-4b86-9d7a-0e4c8b2f6136');
const aPerson = fc.constantFrom(support, finance, 'system:refund-saga');
const aCaptureRef = fc.constantFrom('ch_1', 'ch_1', 'ch_1', 'ch_2');
const aProviderRef = fc.constantFrom('re_1', 're_2', 're_3');
const aReport = fc.integer({ min: 1, max: 20 }).map((n) => `evt_${n}`);
const aSource = fc.constantFrom('policy' as const, 'student' as const, 'support' as const, 'dispute' as const);
const anOutcome = fc.constantFrom('won' as const, 'lost' as const);

/** Of a price: mostly a small part, sometimes the whole, a coin, more than there is, or nothing. */
const anAmountOf = (price: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: Math.ceil(price / 4) }) },
    { weight: 2, arbitrary: fc.constantFrom(price, 1, Math.ceil(price / 2)) },
    { weight: 1, arbitrary: fc.constantFrom(price + 1, 0) },
  );

interface Pick {
  /** Which of those that are there, counted round. */
  readonly nth: number;
  /** Where none is there, and now and then anyway. */
  readonly stray: string;
  readonly isStray: boolean;
}

function pickOr(stray: fc.Arbitrary<string>): fc.Arbitrary<Pick> {
  return fc.record({ nth: fc.nat({ max: 5 }), stray, isStray: fc.nat({ max: 9 }).map((rarely) => rarely === 0) });
}

function picked({ nth, stray, isStray }: Pick, ids: readonly string[]): string {
  return (isStray ? undefined : ids[nth % Math.max(ids.length, 1)]) ?? stray;
}

const refundOf = (payment: Payment, pick: Pick): string =>
  picked(
    pick,
    payment.snapshot.refunds.map((refund) => refund.refundId),
  );
const disputeOf = (payment: Payment, pick: Pick): string =>
  picked(
    pick,
    payment.snapshot.disputes.map((known) => known.disputeId),
  );

const deductionOf = (payment: Payment, pick: Pick): string =>
  picked(
    pick,
    payment.snapshot.deductions.map((known) => known.reversalId),
  );

function ask<T extends object>(weight: number, name: string, fields: fc.Arbitrary<T>, act: (payment: Payment, asked: T) => void) {
  return {
    weight,
    arbitrary: fields.map((asked): Ask => ({ name: `${name} ${JSON.stringify(asked)}`, act: (payment) => act(payment, asked) })),
  };
}

/** Any command on a payment of this price, possible or not. */
export function anAsk(price: number, currency: Currency): fc.Arbitrary<Ask> {
  const other: Currency = currency === 'USD' ? 'EUR' : 'USD';
  const rightOr = (wrong: readonly Money[], right: fc.Arbitrary<Money>): fc.Arbitrary<Money> =>
    fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
  const paid = rightOr([Money.of(price + 1, currency), Money.of(price, other)], fc.constant(Money.of(price, currency)));
  const disputed = rightOr(
    [Money.of(price, other)],
    anAmountOf(price).map((amount) => Money.of(amount, currency)),
  );
  const authorization = fc.record({ providerRef: fc.constantFrom('auth_1', 'auth_2'), expiresAt: fc.constant(NOON) });
  const capture = fc.record({ providerRef: aCaptureRef, providerEventId: aReport, price: paid });
  const decline = fc.record({ providerEventId: aReport, code: fc.constantFrom('card_declined', 'stolen_card') });
  const request = fc.record({
    refundId: aRefundId,
    amount: anAmountOf(price),
    reason: fc.constant('late cancellation'),
    requestedBy: aPerson,
    source: aSource,
    decided: fc.boolean(),
  });
  const approval = fc.record({ pick: pickOr(aRefundId), by: aPerson, auto: fc.boolean() });
  const rejection = fc.record({ pick: pickOr(aRefundId), by: aPerson, reason: fc.constant('it took place') });
  const refund = fc.record({ pick: pickOr(aRefundId), providerRef: aProviderRef });
  const refundFailure = fc.record({
    pick: pickOr(aRefundId),
    providerEventId: aReport,
    code: fc.constant('account_closed'),
    retryable: fc.boolean(),
  });
  const opened = fc.record({
    disputeId: aDisputeId,
    amount: disputed,
    reasonCode: fc.constant('fraudulent'),
    evidenceDueAt: fc.constant(NOON),
    providerEventId: aReport,
  });
  const closed = fc.record({ pick: pickOr(aDisputeId), outcome: anOutcome });
  const mismatch = fc.record({ providerEventId: aReport, expected: fc.constant('a'), actual: fc.constant('b') });
  const deduction = fc.record({ pick: pickOr(aRefundId), to: aPayoutId });
  const plainly = fc.record({});
  const limit = { autoApproveLimit: Math.floor(price / 5) };
  return fc.oneof(
    ask(2, 'authorize', authorization, (payment, asked) => payment.authorize(asked)),
    ask(3, 'complete', capture, (payment, asked) => payment.complete(asked)),
    ask(2, 'record failed attempt', decline, (payment, asked) => payment.recordFailedAttempt(asked)),
    ask(1, 'fail', decline, (payment, asked) => payment.fail(asked)),
    ask(1, 'cancel', fc.record({ reason: fc.constant('the hold expired') }), (payment, { reason }) => payment.cancel(reason)),
    ask(2, 'expect attempt', plainly, (payment) => payment.expectAttempt()),
    ask(7, 'request refund', request, (payment, asked) => payment.requestRefund(asked, limit)),
    ask(7, 'approve refund', approval, (payment, { pick, ...asked }) =>
      payment.approveRefund({ ...asked, refundId: refundOf(payment, pick) }),
    ),
    ask(2, 'reject refund', rejection, (payment, { pick, ...asked }) =>
      payment.rejectRefund({ ...asked, refundId: refundOf(payment, pick) }),
    ),
    ask(9, 'record refund', refund, (payment, { pick, ...asked }) =>
      payment.recordRefund({ ...asked, refundId: refundOf(payment, pick) }),
    ),
    ask(3, 'record refund failure', refundFailure, (payment, { pick, ...asked }) =>
      payment.recordRefundFailure({ ...asked, refundId: refundOf(payment, pick) }),
    ),
    ask(2, 'open dispute', opened, (payment, asked) => payment.openDispute(asked)),
    ask(4, 'close dispute', closed, (payment, { pick, outcome }) =>
      payment.closeDispute({ disputeId: disputeOf(payment, pick), outcome }),
    ),
    ask(3, 'release funds', plainly, (payment) => payment.releaseFunds()),
    ask(3, 'assign to payout', fc.record({ to: aPayoutId }), (payment, { to }) => payment.assignToPayout(to)),
    ask(6, 'deduct reversal', deduction, (payment, { pick, to }) =>
      payment.deductReversal({ reversalId: deductionOf(payment, pick), payoutId: to }),
    ),
    ask(1, 'record mismatch', mismatch, (payment, asked) => payment.recordMismatch(asked)),
  );
}

/** How a story begins: mostly with the capture, so that it gets to refunds, disputes, payouts and what they deduct. */
function aBeginning(price: Money): fc.Arbitrary<readonly Ask[]> {
  const captured: Ask = {
    name: 'complete at once',
    act: (payment) => payment.complete({ providerRef: 'ch_1', providerEventId: 'evt_0', price }),
  };
  const declined = (providerEventId: string): Ask => ({
    name: `decline ${providerEventId}`,
    act: (payment) => payment.recordFailedAttempt({ providerEventId, code: 'card_declined' }),
  });
  const released: Ask = { name: 'release at once', act: (payment) => payment.releaseFunds() };
  const assigned: Ask = { name: 'assign at once', act: (payment) => payment.assignToPayout(payoutId) };
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant([captured]) },
    { weight: 3, arbitrary: fc.constant([captured, released, assigned]) },
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constant(['evt_a', 'evt_b', 'evt_c'].map(declined)) },
  );
}

/** A new payment and what is asked of it. */
export const aPaymentStory = fc
  .record({
    price: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000 })),
    currency: fc.constantFrom<Currency>('USD', 'EUR', 'GBP'),
    commissionBps: fc.integer({ min: 0, max: 10_000 }),
  })
  .chain(({ price: amount, currency, commissionBps }) => {
    const price = Money.of(amount, currency);
    return fc.record({
      price: fc.constant(price),
      commissionBps: fc.constant(commissionBps),
      asks: fc
        .tuple(aBeginning(price), fc.array(anAsk(amount, currency), { minLength: 5, maxLength: 60, size: 'max' }))
        .map(([beginning, rest]) => [...beginning, ...rest]),
    });
  });
