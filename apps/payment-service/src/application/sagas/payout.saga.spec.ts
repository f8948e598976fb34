import { PayoutFailed, PayoutHeld, PayoutHoldReleased, PayoutPaid, PayoutScheduled, PayoutStarted } from '@edtech/contracts';
import { sagaScenario } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import { finance, payoutId, tutorId } from '../../../test/payment.fixture.ts';
import { heldByPlatform, holdReleased, paidOut, scheduled, transferFailed } from '../../../test/payout.fixture.ts';
import { StartPayoutCommand } from '../commands/start-payout.command.ts';
import { TransferPayoutCommand } from '../commands/transfer-payout.command.ts';
import { PayoutSaga } from './payout.saga.ts';

const start = (attempt: number, letGo = false) => new StartPayoutCommand(payoutId, attempt, letGo);
const transfer = (attempt: number) => new TransferPayoutCommand(payoutId, `${payoutId}-${attempt}`);
const isStarted = (attempt: number) => ({ payoutId, tutorId, providerRef: `${payoutId}-${attempt}` });
const saga = () =>
  sagaScenario(new PayoutSaga())
    .when(PayoutScheduled, scheduled.payload)
    .sends([start(1)]);
const inTransfer = (attempt = 1, from = saga()) =>
  from
    .when(PayoutStarted, isStarted(attempt))
    .again()
    .sends([transfer(attempt)]);

describe('S7 payout', () => {
  test('a payout is started, transferred and paid, each once', () => {
    inTransfer().when(PayoutPaid, paidOut(1).payload).again().hasStatus(payoutId, 'completed').advance('30d').sends([]);
  });

  test('a transfer that failed is asked for again on the next day, under a reference of its own', () => {
    const failed = inTransfer().when(PayoutFailed, transferFailed(1).payload);
    failed
      .advance('23h')
      .sends([])
      .advance('1h')
      .sends([start(2)]);
    inTransfer(2, failed).when(PayoutPaid, paidOut(2).payload).hasStatus(payoutId, 'completed');
  });

  test('the third failure waits for a person, who lets it go at once', () => {
    let failing = inTransfer()
      .when(PayoutFailed, transferFailed(1).payload)
      .advance('24h')
      .sends([start(2)]);
    failing = inTransfer(2, failing)
      .when(PayoutFailed, transferFailed(2).payload)
      .advance('24h')
      .sends([start(3)]);
    failing = inTransfer(3, failing).when(PayoutFailed, transferFailed(3).payload);
    failing.when(PayoutHeld, heldByPlatform('transfers_failed').payload).advance('30d').sends([]);
    failing
      .hasStatus(payoutId, 'running')
      .when(PayoutHoldReleased, holdReleased.payload)
      .sends([start(4, true)]);
  });

  test('a transfer without an answer is asked for again, under its reference, until there is one', () => {
    inTransfer()
      .advance('30m')
      .sends([transfer(1), transfer(1)])
      .when(PayoutPaid, paidOut(1).payload)
      .advance('30d')
      .sends([]);
  });

  test('a hold between two attempts cancels the next one', () => {
    inTransfer()
      .when(PayoutFailed, transferFailed(1).payload)
      .when(PayoutHeld, { payoutId, tutorId, reason: 'under investigation', by: finance })
      .advance('30d')
      .sends([]);
  });
});
