import { given, historyOf } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import {
  approved,
  assigned,
  bookingId,
  cancelled,
  completed,
  created,
  deducted,
  dispute,
  disputeClosed,
  disputeOpened,
  failed,
  halfRefunded,
  mismatch,
  payoutId,
  refunded,
  refundFailed,
  refundId,
  rejected,
  released,
  requested,
} from '../../../test/payment.fixture.ts';
import {
  AlreadyAssigned,
  AlreadyDeducted,
  AlreadyOpen,
  Frozen,
  InvalidState,
  NotOpen,
  UnknownDeduction,
} from '../errors/payment.errors.ts';
import { PaymentDisputeClosedEvent } from '../events/payment-dispute-closed.event.ts';
import { PaymentDisputeOpenedEvent } from '../events/payment-dispute-opened.event.ts';
import { PaymentRefundedEvent } from '../events/payment-refunded.event.ts';
import { PaymentReleasedEvent } from '../events/payment-released.event.ts';
import { Money } from '../value-objects/money.vo.ts';
import { Payment } from './payment.aggregate.ts';

const paid = [created, completed];
const unpaid = [[created], [created, failed], [created, cancelled]];
const wholeRefund = [
  requested({ amount: 5_000 }),
  approved,
  new PaymentRefundedEvent({
    ...refunded.payload,
    amount: 5_000,
    totalRefunded: 5_000,
    full: true,
    feeReversed: 1_000,
    earningsReversed: 4_000,
  }),
];
const halfDisputed = new PaymentDisputeOpenedEvent({ ...disputeOpened.payload, amount: 2_500 });
const halfLost = new PaymentDisputeClosedEvent({
  ...disputeClosed('lost').payload,
  amount: 2_500,
  feeReversed: 500,
  earningsReversed: 2_000,
});
const halfReleased = new PaymentReleasedEvent({ ...released.payload, amount: 2_000, fee: 500 });

describe('decision table 12.1: OpenDispute', () => {
  test('captured money is disputed, released or not, in whole or in what is left', () => {
    for (const history of [paid, [...paid, released]]) {
      given(Payment, history)
        .when((payment) => payment.openDispute(dispute()))
        .then([disputeOpened]);
    }
    given(Payment, halfRefunded)
      .when((payment) => payment.openDispute(dispute({ amount: Money.of(2_500, 'USD') })))
      .then([halfDisputed]);
  });
  test('the same dispute again changes nothing, also when it is closed', () => {
    for (const history of [
      [...paid, disputeOpened],
      [...paid, disputeOpened, disputeClosed('won')],
      [...paid, disputeOpened, disputeClosed('lost')],
    ]) {
      given(Payment, history)
        .when((payment) => payment.openDispute(dispute()))
        .then([]);
    }
  });
  test('there is one at a time', () => {
    given(Payment, [...paid, disputeOpened])
      .when((payment) => payment.openDispute(dispute({ disputeId: 'dp_2' })))
      .then(AlreadyOpen);
    given(Payment, [...paid, disputeOpened, disputeClosed('won')])
      .when((payment) => payment.openDispute(dispute({ disputeId: 'dp_2' })))
      .then([new PaymentDisputeOpenedEvent({ ...disputeOpened.payload, disputeId: 'dp_2' })]);
  });
  test('of money that is not here it is a mismatch', () => {
    for (const history of [...unpaid, [...paid, ...wholeRefund], [...paid, disputeOpened, disputeClosed('lost')]]) {
      given(Payment, history)
        .when((payment) => payment.openDispute(dispute({ disputeId: 'dp_2' })))
        .then([mismatch('evt_dispute', 'at most 0 USD disputed', '5000 USD')]);
    }
  });
  test('of more than is left, of nothing, or in another currency it is a mismatch', () => {
    for (const amount of [Money.of(2_501, 'USD'), Money.of(0, 'USD'), Money.of(2_500, 'EUR')]) {
      given(Payment, halfRefunded)
        .when((payment) => payment.openDispute(dispute({ amount })))
        .then([mismatch('evt_dispute', 'at most 2500 USD disputed', `${amount}`)]);
    }
  });
});

describe('decision table 12.1: CloseDispute', () => {
  test('won: nothing is reversed', () =>
    given(Payment, [...paid, disputeOpened])
      .when((payment) => payment.closeDispute({ disputeId: 'dp_1', outcome: 'won' }))
      .then([disputeClosed('won')]));
  test('lost: fee and earnings are reversed, from escrow or from those who have them', () => {
    given(Payment, [...paid, disputeOpened])
      .when((payment) => payment.closeDispute({ disputeId: 'dp_1', outcome: 'lost' }))
      .then([disputeClosed('lost')]);
    given(Payment, [...paid, released, disputeOpened])
      .when((payment) => payment.closeDispute({ disputeId: 'dp_1', outcome: 'lost' }))
      .then([disputeClosed('lost', 'released')]);
    given(Payment, [...halfRefunded, halfDisputed])
      .when((payment) => payment.closeDispute({ disputeId: 'dp_1', outcome: 'lost' }))
      .then([halfLost]);
  });
  test('with the same outcome again changes nothing', () => {
    for (const outcome of ['won', 'lost'] as const) {
      given(Payment, [...paid, disputeOpened, disputeClosed(outcome)])
        .when((payment) => payment.closeDispute({ disputeId: 'dp_1', outcome }))
        .then([]);
    }
  });
  test('what is not open cannot be closed, and an outcome does not change', () => {
    for (const history of [paid, [...paid, disputeOpened, disputeClosed('won')]]) {
      given(Payment, history)
        .when((payment) => payment.closeDispute({ disputeId: 'dp_1', outcome: 'lost' }))
        .then(NotOpen);
    }
    given(Payment, [...paid, disputeOpened])
      .when((payment) => payment.closeDispute({ disputeId: 'dp_2', outcome: 'lost' }))
      .then(NotOpen);
  });
});

describe('decision table 12.1: ReleaseFunds', () => {
  const release = (payment: Payment): void => payment.releaseFunds();

  test('held money goes to tutor and platform', () => given(Payment, paid).when(release).then([released]));
  test('as much of it as refunds and lost disputes have left', () => {
    given(Payment, halfRefunded).when(release).then([halfReleased]);
    given(Payment, [...paid, halfDisputed, halfLost])
      .when(release)
      .then([halfReleased]);
  });
  test('again, or when nothing is left, changes nothing', () => {
    for (const history of [
      [...paid, released],
      [...paid, released, disputeOpened],
      [...paid, ...wholeRefund],
      [...paid, disputeOpened, disputeClosed('lost')],
    ]) {
      given(Payment, history).when(release).then([]);
    }
  });
  test('an open dispute and an open refund freeze it', () => {
    for (const history of [
      [...paid, disputeOpened],
      [...paid, requested()],
      [...paid, requested(), approved],
      [...paid, requested(), approved, refundFailed(true)],
      [...paid, requested(), approved, refundFailed(false)],
    ]) {
      given(Payment, history).when(release).then(Frozen);
    }
  });
  test('what is decided does not', () => {
    for (const history of [
      [...paid, requested(), rejected],
      [...paid, disputeOpened, disputeClosed('won')],
    ]) {
      given(Payment, history).when(release).then([released]);
    }
  });
  test('there is none before the capture', () => {
    for (const history of unpaid) given(Payment, history).when(release).then(InvalidState);
  });
});

describe('decision table 12.1: AssignToPayout', () => {
  const other = 'e0f6a7d3-2b81-4c59-9a46-1d7c5b3e8f02';

  test('a released payment is paid out', () =>
    given(Payment, [...paid, released])
      .when((payment) => payment.assignToPayout(payoutId))
      .then([assigned]));
  test('in the same payout again changes nothing', () =>
    given(Payment, [...paid, released, assigned])
      .when((payment) => payment.assignToPayout(payoutId))
      .then([]));
  test('in at most one payout', () =>
    given(Payment, [...paid, released, assigned])
      .when((payment) => payment.assignToPayout(other))
      .then(AlreadyAssigned));
  test('not before its release', () => {
    for (const history of [...unpaid, paid, halfRefunded]) {
      given(Payment, history)
        .when((payment) => payment.assignToPayout(payoutId))
        .then(InvalidState);
    }
  });
});

describe('DeductReversal', () => {
  const [next, other] = ['e0f6a7d3-2b81-4c59-9a46-1d7c5b3e8f02', 'e0f6a7d3-2b81-4c59-9a46-1d7c5b3e8f03'];
  const lost = [...paid, released, assigned, disputeOpened, disputeClosed('lost', 'released')];
  const deduct = (to: string) => (payment: Payment) => payment.deductReversal({ reversalId: 'dp_1', payoutId: to });

  test('what is reversed after a payout had it is deducted from a later one', () =>
    given(Payment, lost)
      .when(deduct(next))
      .then([deducted(next)]));
  test('by the same payout again changes nothing', () =>
    given(Payment, [...lost, deducted(next)])
      .when(deduct(next))
      .then([]));
  test('by at most one payout', () =>
    given(Payment, [...lost, deducted(next)])
      .when(deduct(other))
      .then(AlreadyDeducted));
  test('what was reversed before the payout had it is not in it, and is not deducted', () => {
    const early = [...paid, released, disputeOpened, disputeClosed('lost', 'released')];
    given(Payment, [...early, assigned])
      .when(deduct(next))
      .then(UnknownDeduction);
    expect(Payment.fromHistory(historyOf([...early, assigned])).snapshot).toMatchObject({ paidOut: 0, deductions: [] });
    expect(Payment.fromHistory(historyOf(lost)).snapshot).toMatchObject({ paidOut: 4_000 });
  });
  test('a dispute that was won takes nothing', () =>
    given(Payment, [...lost.slice(0, -1), disputeClosed('won', 'released')])
      .when(deduct(next))
      .then(UnknownDeduction));
});

describe('RecordMismatch', () => {
  const report = { providerEventId: 'evt_9', expected: `refund ${refundId}`, actual: `refund of ${bookingId}` };
  const recorded = mismatch(report.providerEventId, report.expected, report.actual);

  test('is recorded in every state and changes none', () => {
    for (const history of [...unpaid, paid, halfRefunded, [...paid, disputeOpened], [...paid, released]]) {
      given(Payment, history)
        .when((payment) => payment.recordMismatch(report))
        .then([recorded]);
    }
  });
  test('of the same report again changes nothing', () =>
    given(Payment, [...paid, recorded])
      .when((payment) => payment.recordMismatch(report))
      .then([]));
});
