import { given } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import {
  approved,
  bookingId,
  cancelled,
  completed,
  created,
  disputeClosed,
  disputeOpened,
  failed,
  finance,
  halfRefunded,
  LIMIT,
  mismatch,
  paymentId,
  refunded,
  refundFailed,
  refundId,
  rejected,
  released,
  request,
  requested,
  support,
} from '../../../test/payment.fixture.ts';
import { InvalidAmount } from '../errors/money.errors.ts';
import {
  AmountExceedsRemaining,
  ApprovalRequired,
  DisputeOpen,
  InvalidState,
  SamePerson,
  UnknownRefund,
} from '../errors/payment.errors.ts';
import { PaymentDisputeClosedEvent } from '../events/payment-dispute-closed.event.ts';
import { PaymentDisputeOpenedEvent } from '../events/payment-dispute-opened.event.ts';
import { PaymentRefundApprovedEvent } from '../events/payment-refund-approved.event.ts';
import { PaymentRefundedEvent } from '../events/payment-refunded.event.ts';
import { Payment } from './payment.aggregate.ts';

const other = 'e0f6a7d3-2b81-4c59-9a46-1d7c5b3e8f02';
const paid = [created, completed];
const waiting = [...paid, requested()];
const underWay = [...waiting, approved];
const gaveUp = [...underWay, refundFailed(false)];
const restRequested = requested({ refundId: other });
const restApproved = new PaymentRefundApprovedEvent({ paymentId, refundId: other, by: finance, auto: false });
const restRefunded = new PaymentRefundedEvent({
  ...refunded.payload,
  refundId: other,
  totalRefunded: 5_000,
  full: true,
  providerRef: 're_2',
});

describe('decision table 12.1: RequestRefund', () => {
  test('captured money can be asked back, in parts', () => {
    given(Payment, paid)
      .when((payment) => payment.requestRefund(request(), LIMIT))
      .then([requested()]);
    given(Payment, halfRefunded)
      .when((payment) => payment.requestRefund(request({ refundId: other }), LIMIT))
      .then([restRequested]);
  });
  test('the same refund again changes nothing, whatever became of it', () => {
    for (const history of [waiting, underWay, [...waiting, rejected], halfRefunded, [...waiting, disputeOpened]]) {
      given(Payment, history)
        .when((payment) => payment.requestRefund(request(), LIMIT))
        .then([]);
    }
  });
  test('not without captured money, nor after all of it went back', () => {
    const fullyRefunded = [...halfRefunded, restRequested, restApproved, restRefunded];
    for (const history of [[created], [created, failed], [created, cancelled], fullyRefunded]) {
      given(Payment, history)
        .when((payment) => payment.requestRefund(request({ refundId: bookingId }), LIMIT))
        .then(InvalidState);
    }
  });
  test('not while a dispute is open', () =>
    given(Payment, [...paid, disputeOpened])
      .when((payment) => payment.requestRefund(request(), LIMIT))
      .then(DisputeOpen));
  test('not more than is left beside what is refunded and what is about to be', () => {
    for (const history of [waiting, underWay, gaveUp, halfRefunded]) {
      given(Payment, history)
        .when((payment) => payment.requestRefund(request({ refundId: other, amount: 2_501 }), LIMIT))
        .then(AmountExceedsRemaining);
      given(Payment, history)
        .when((payment) => payment.requestRefund(request({ refundId: other }), LIMIT))
        .then([restRequested]);
    }
  });
  test('a rejected refund does not count', () =>
    given(Payment, [...waiting, rejected])
      .when((payment) => payment.requestRefund(request({ refundId: other, amount: 5_000 }), LIMIT))
      .then([requested({ refundId: other, amount: 5_000 })]));
  test('nothing is left of what a lost dispute took', () =>
    given(Payment, [...paid, disputeOpened, disputeClosed('lost')])
      .when((payment) => payment.requestRefund(request({ amount: 1 }), LIMIT))
      .then(AmountExceedsRemaining));
  test.each([0, -1, 0.5, Number.NaN])('%d is no amount', (amount) =>
    given(Payment, paid)
      .when((payment) => payment.requestRefund(request({ amount }), LIMIT))
      .then(InvalidAmount),
  );
});

describe('a second person', () => {
  const above = { amount: 3_000 };
  const limit = { autoApproveLimit: 2_999 };
  const asks = (
    history: readonly (typeof created | typeof completed | typeof released)[],
    needsApproval: boolean,
    decided?: true,
  ) =>
    given(Payment, history)
      .when((payment) => payment.requestRefund(request({ ...above, ...(decided && { decided }) }), limit))
      .then([requested({ ...above, needsApproval })]);

  test('is needed above the limit', () => asks(paid, true));
  test('is not needed up to the limit', () =>
    given(Payment, paid)
      .when((payment) => payment.requestRefund(request({ amount: 2_999 }), limit))
      .then([requested({ amount: 2_999, needsApproval: false })]));
  test('is needed for any amount once the money is released', () =>
    given(Payment, [...paid, released])
      .when((payment) => payment.requestRefund(request({ amount: 1 }), limit))
      .then([requested({ amount: 1, needsApproval: true })]));
  test('is not needed where one has decided already', () => asks([...paid, released], false, true));
  test('is not needed where the policy asks', () =>
    given(Payment, [...paid, released])
      .when((payment) => payment.requestRefund(request({ ...above, source: 'policy' }), limit))
      .then([requested({ ...above, source: 'policy', needsApproval: false })]));
});

describe('decision table 12.1: ApproveRefund', () => {
  const approval = { refundId, by: finance, auto: false };
  const automatic = { refundId, by: 'system:refund-saga', auto: true };

  test('another person approves', () =>
    given(Payment, waiting)
      .when((payment) => payment.approveRefund(approval))
      .then([approved]));
  test('the person who asked does not', () =>
    given(Payment, waiting)
      .when((payment) => payment.approveRefund({ ...approval, by: support }))
      .then(SamePerson));
  test('the rule approves, also on behalf of whoever asked', () => {
    for (const by of ['system:refund-saga', support]) {
      given(Payment, waiting)
        .when((payment) => payment.approveRefund({ ...automatic, by }))
        .then([new PaymentRefundApprovedEvent({ paymentId, refundId, by, auto: true })]);
    }
  });
  test('the rule does not approve what needs a second person', () =>
    given(Payment, [...paid, requested({ needsApproval: true })])
      .when((payment) => payment.approveRefund(automatic))
      .then(ApprovalRequired));
  test('nobody approves while a dispute is open, nor what a lost one has not left', () => {
    given(Payment, [...waiting, disputeOpened])
      .when((payment) => payment.approveRefund(approval))
      .then(DisputeOpen);
    given(Payment, [...waiting, disputeOpened, disputeClosed('lost')])
      .when((payment) => payment.approveRefund(approval))
      .then(AmountExceedsRemaining);
    given(Payment, [...waiting, disputeOpened, disputeClosed('won')])
      .when((payment) => payment.approveRefund(approval))
      .then([approved]);
  });
  test('again changes nothing', () => {
    for (const history of [underWay, gaveUp, halfRefunded]) {
      given(Payment, history)
        .when((payment) => payment.approveRefund(approval))
        .then([]);
    }
  });
  test('a rejected refund is not approved, and an unknown one is unknown', () => {
    given(Payment, [...waiting, rejected])
      .when((payment) => payment.approveRefund(approval))
      .then(InvalidState);
    given(Payment, waiting)
      .when((payment) => payment.approveRefund({ ...approval, refundId: other }))
      .then(UnknownRefund);
  });
});

describe('decision table 12.1: RejectRefund', () => {
  const rejection = { refundId, by: finance, reason: 'the lesson took place' };

  test('another person rejects, also what the provider gave up on', () => {
    for (const history of [waiting, gaveUp, [...waiting, disputeOpened]]) {
      given(Payment, history)
        .when((payment) => payment.rejectRefund(rejection))
        .then([rejected]);
    }
  });
  test('the person who asked does not', () =>
    given(Payment, waiting)
      .when((payment) => payment.rejectRefund({ ...rejection, by: support }))
      .then(SamePerson));
  test('again changes nothing', () =>
    given(Payment, [...waiting, rejected])
      .when((payment) => payment.rejectRefund(rejection))
      .then([]));
  test('what is under way or done is not rejected, and an unknown one is unknown', () => {
    for (const history of [underWay, halfRefunded]) {
      given(Payment, history)
        .when((payment) => payment.rejectRefund(rejection))
        .then(InvalidState);
    }
    given(Payment, waiting)
      .when((payment) => payment.rejectRefund({ ...rejection, refundId: other }))
      .then(UnknownRefund);
  });
});

describe('decision table 12.1: RecordRefund', () => {
  const record = { refundId, providerRef: 're_1' };

  test('an approved refund is done, also when the provider failed or gave up before', () => {
    for (const history of [underWay, [...underWay, refundFailed(true)], gaveUp]) {
      given(Payment, history)
        .when((payment) => payment.recordRefund(record))
        .then([refunded]);
    }
  });
  test('with the last part the refund is full and the fee reversal is exact', () =>
    given(Payment, [...halfRefunded, restRequested, restApproved])
      .when((payment) => payment.recordRefund({ refundId: other, providerRef: 're_2' }))
      .then([restRefunded]));
  test('the fee reversal goes on from what a lost dispute has reversed', () => {
    const coins = { amount: 2, feeReversed: 0, earningsReversed: 2 };
    const opened = new PaymentDisputeOpenedEvent({ ...disputeOpened.payload, amount: 2 });
    const lost = new PaymentDisputeClosedEvent({ ...disputeClosed('lost').payload, ...coins });
    const coin = { amount: 1, totalRefunded: 1, feeReversed: 1, earningsReversed: 0 };
    given(Payment, [...paid, opened, lost, requested({ amount: 1 }), approved])
      .when((payment) => payment.recordRefund(record))
      .then([new PaymentRefundedEvent({ ...refunded.payload, ...coin })]);
  });
  test('of released money it says so', () =>
    given(Payment, [...paid, released, requested(), approved])
      .when((payment) => payment.recordRefund(record))
      .then([new PaymentRefundedEvent({ ...refunded.payload, settlement: 'released' })]));
  test('again changes nothing', () =>
    given(Payment, halfRefunded)
      .when((payment) => payment.recordRefund({ ...record, providerRef: 're_9' }))
      .then([]));
  test('what nobody approved is not recorded, and an unknown one is unknown', () => {
    for (const history of [waiting, [...waiting, rejected]]) {
      given(Payment, history)
        .when((payment) => payment.recordRefund(record))
        .then(InvalidState);
    }
    given(Payment, waiting)
      .when((payment) => payment.recordRefund({ ...record, refundId: other }))
      .then(UnknownRefund);
  });
  test('one that was on its way when a dispute was opened counts where the disputed amount leaves room', () => {
    const half = new PaymentDisputeOpenedEvent({ ...disputeOpened.payload, amount: 2_500 });
    given(Payment, [...underWay, half])
      .when((payment) => payment.recordRefund(record))
      .then([refunded]);
    const tooMuch = mismatch('re_1', 'at most 0 USD refunded', '2500 USD');
    for (const history of [
      [...underWay, disputeOpened],
      [...underWay, disputeOpened, disputeClosed('lost')],
    ]) {
      given(Payment, history)
        .when((payment) => payment.recordRefund(record))
        .then([tooMuch]);
      given(Payment, [...history, tooMuch])
        .when((payment) => payment.recordRefund(record))
        .then([]);
    }
  });
});

describe('decision table 12.1: RecordRefundFailure', () => {
  const failure = { refundId, providerEventId: 'evt_refund_failed', code: 'account_closed', retryable: true };

  test('an approved refund fails, for now or for good', () => {
    for (const retryable of [true, false]) {
      given(Payment, underWay)
        .when((payment) => payment.recordRefundFailure({ ...failure, retryable }))
        .then([refundFailed(retryable)]);
    }
    given(Payment, [...underWay, refundFailed(true)])
      .when((payment) => payment.recordRefundFailure({ ...failure, providerEventId: 'evt_2', retryable: false }))
      .then([refundFailed(false, 'evt_2')]);
  });
  test('again changes nothing, and what was given up cannot fail more', () => {
    given(Payment, [...underWay, refundFailed(true)])
      .when((payment) => payment.recordRefundFailure(failure))
      .then([]);
    given(Payment, gaveUp)
      .when((payment) => payment.recordRefundFailure({ ...failure, providerEventId: 'evt_2' }))
      .then([]);
  });
  test('after the success it is a mismatch', () =>
    given(Payment, halfRefunded)
      .when((payment) => payment.recordRefundFailure(failure))
      .then([mismatch('evt_refund_failed', `refund ${refundId} done`, 'failed (account_closed)')]));
  test('what nobody approved cannot fail, and an unknown one is unknown', () => {
    for (const history of [waiting, [...waiting, rejected]]) {
      given(Payment, history)
        .when((payment) => payment.recordRefundFailure(failure))
        .then(InvalidState);
    }
    given(Payment, waiting)
      .when((payment) => payment.recordRefundFailure({ ...failure, refundId: other }))
      .then(UnknownRefund);
  });
});
