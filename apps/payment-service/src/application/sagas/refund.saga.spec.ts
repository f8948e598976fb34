import {
  ApprovalDecided,
  PaymentRefundApproved,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentRefundRejected,
  PaymentRefundRequested,
} from '@edtech/contracts';
import { sagaScenario, type SagaScenario } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import {
  approved,
  finance,
  paymentId,
  refunded,
  refundFailed,
  refundId,
  rejected,
  requested,
} from '../../../test/payment.fixture.ts';
import { ApproveRefundCommand } from '../commands/approve-refund.command.ts';
import { RejectRefundCommand } from '../commands/reject-refund.command.ts';
import { SendRefundCommand } from '../commands/send-refund.command.ts';
import { RefundSaga } from './refund.saga.ts';

const send = (attempt: number) => new SendRefundCommand(paymentId, refundId, attempt);
const autoApprove = new ApproveRefundCommand(paymentId, refundId, 'system:refund-saga', true);
const approve = new ApproveRefundCommand(paymentId, refundId, finance, false);
const reject = new RejectRefundCommand(paymentId, refundId, finance, 'looked into');

const ask = (needsApproval: boolean): SagaScenario =>
  sagaScenario(new RefundSaga()).when(PaymentRefundRequested, requested({ needsApproval }).payload);
const decision = (decided: 'approved' | 'rejected' | 'expired', kind: 'refund' | 'issue' = 'refund') =>
  ({ approvalId: refundId, kind, subjectId: refundId, decision: decided, reason: 'looked into', decidedBy: finance }) as const;
/** Approved and on its way for the first time. */
const sending = (): SagaScenario =>
  ask(false)
    .sends([autoApprove])
    .when(PaymentRefundApproved, approved.payload)
    .sends([send(1)]);

describe('S6: a refund that needs no second person', () => {
  test('is approved, sent and done', () => {
    sending().when(PaymentRefunded, refunded.payload).hasStatus(refundId, 'completed').advance('30d').sends([]);
  });

  test('is sent again 1 minute, 10 minutes and 1 hour after a failure', () => {
    const saga = sending().when(PaymentRefundFailed, refundFailed(true).payload).advance('59s').sends([]);
    saga
      .advance('1s')
      .sends([send(2)])
      .when(PaymentRefundFailed, refundFailed(true).payload);
    saga
      .advance('599s')
      .sends([])
      .advance('1s')
      .sends([send(3)])
      .when(PaymentRefundFailed, refundFailed(true).payload);
    saga
      .advance('59m')
      .sends([])
      .advance('1m')
      .sends([send(4)])
      .when(PaymentRefundFailed, refundFailed(false).payload);
    saga.advance('30d').sends([]).hasStatus(refundId, 'running');
  });

  test('whose answer does not come is asked for again under the same number: it is never sent twice', () => {
    sending()
      .advance('1m')
      .sends([send(1)])
      .advance('1m')
      .sends([send(1)])
      .advance('10m')
      .sends([send(1)]);
  });

  test('that the provider gave up on is sent once more when a person approves it, and ends when one rejects it', () => {
    const gaveUp = sending().when(PaymentRefundFailed, refundFailed(false).payload).sends([]);
    gaveUp
      .when(ApprovalDecided, decision('approved'))
      .sends([send(2)])
      .advance('59s')
      .sends([]);
    gaveUp.when(ApprovalDecided, decision('rejected')).sends([reject]);
    gaveUp.when(PaymentRefundRejected, rejected.payload).hasStatus(refundId, 'cancelled');
  });
});

describe('a refund that was given up on and is sent once more', () => {
  const sentAgain = (): SagaScenario =>
    sending()
      .when(PaymentRefundFailed, refundFailed(false).payload)
      .when(ApprovalDecided, decision('approved'))
      .sends([send(2)]);

  test('is asked for under the same number until there is an answer, but not for ever', () => {
    sentAgain()
      .advance('1m')
      .sends([send(2)])
      .advance('30d')
      .sends(Array.from({ length: 11 }, () => send(2)))
      .hasStatus(refundId, 'running');
  });

  test('ends with the answer', () => {
    sentAgain().when(PaymentRefunded, refunded.payload).advance('30d').sends([]).hasStatus(refundId, 'completed');
  });
});

describe('S6: a refund that needs a second person', () => {
  test('waits for the approval and is sent then', () => {
    const saga = ask(true).sends([]).advance('6d').sends([]).when(ApprovalDecided, decision('approved')).sends([approve]);
    saga.when(PaymentRefundApproved, approved.payload).sends([send(1)]);
    saga.when(PaymentRefunded, refunded.payload).advance('30d').sends([]).hasStatus(refundId, 'completed');
  });

  test.each(['rejected', 'expired'] as const)('is rejected when the decision is: %s', (decided) => {
    ask(true)
      .when(ApprovalDecided, decision(decided))
      .sends([reject])
      .when(PaymentRefundRejected, rejected.payload)
      .hasStatus(refundId, 'cancelled')
      .advance('30d')
      .sends([]);
  });

  test('is rejected after a week without a decision', () => {
    const expired = new RejectRefundCommand(paymentId, refundId, 'system:refund-saga', 'nobody decided within a week');
    ask(true).advance('167h').sends([]).advance('1h').sends([expired]);
  });

  test('is approved also when the decision overtakes the request', () => {
    sagaScenario(new RefundSaga())
      .when(ApprovalDecided, decision('approved'))
      .sends([])
      .when(PaymentRefundRequested, requested({ needsApproval: true }).payload)
      .sends([approve]);
  });

  test('that was decided by the person who asked goes on waiting: that approval is refused', () => {
    ask(true)
      .refusing(ApproveRefundCommand)
      .when(ApprovalDecided, decision('approved'))
      .sends([approve])
      .advance('7d')
      .sends([new RejectRefundCommand(paymentId, refundId, 'system:refund-saga', 'nobody decided within a week')]);
  });

  test('is not moved by a decision about something else', () => {
    ask(true).when(ApprovalDecided, decision('approved', 'issue')).sends([]);
  });
});
