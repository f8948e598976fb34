import { given, givenNoStream, historyOf } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import { finance, payoutId, support } from '../../../test/payment.fixture.ts';
import {
  heldByPerson,
  heldByPlatform,
  holdReleased,
  MINIMUM,
  owed,
  paidOut,
  scheduled,
  started,
  transferFailed,
} from '../../../test/payout.fixture.ts';
import { InvalidAmount } from '../errors/money.errors.ts';
import { PayoutInvalidState, PayoutSamePerson, UnknownTransfer } from '../errors/payout.errors.ts';
import { PayoutHoldReleasedEvent } from '../events/payout-hold-released.event.ts';
import { Payout } from './payout.aggregate.ts';

const processing = [scheduled, started(1)];
const failedOnce = [...processing, transferFailed(1)];
const failedTwice = [...failedOnce, started(2), transferFailed(2)];
const failedFinally = [...failedTwice, started(3), transferFailed(3), heldByPlatform('transfers_failed')];
const paid = [...processing, paidOut(1)];
const held = [scheduled, heldByPerson];

describe('decision table 12.6: SchedulePayout', () => {
  test('a balance from the minimum on is paid out', () =>
    givenNoStream()
      .when(() => Payout.schedule(owed(2_000), MINIMUM))
      .then([scheduled]));
  test.each([1_999, 0, -2_000])('a balance of %i waits', (balance) =>
    givenNoStream()
      .when(() => Payout.schedule(owed(balance), MINIMUM))
      .then([]),
  );
  test.each([2_000.5, Number.NaN, 2 ** 53])('a balance of %d is none', (balance) =>
    givenNoStream()
      .when(() => Payout.schedule(owed(balance), MINIMUM))
      .then(InvalidAmount),
  );
  test('nothing is never paid out, whatever the minimum', () =>
    givenNoStream()
      .when(() => Payout.schedule(owed(0), { minimum: 0 }))
      .then([]));
});

describe('decision table 12.6: Start', () => {
  test('a scheduled payout is started, and after a failure started again', () => {
    given(Payout, [scheduled])
      .when((payout) => payout.start('tr_1'))
      .then([started(1)]);
    given(Payout, failedOnce)
      .when((payout) => payout.start('tr_2'))
      .then([started(2)]);
  });
  test('the same transfer again changes nothing, whatever became of it', () => {
    for (const history of [processing, failedOnce, paid, failedFinally]) {
      given(Payout, history)
        .when((payout) => payout.start('tr_1'))
        .then([]);
    }
  });
  test('there is one transfer at a time, none after the payment, and none while it is held', () => {
    for (const history of [processing, paid, held, failedFinally]) {
      given(Payout, history)
        .when((payout) => payout.start('tr_9'))
        .then(PayoutInvalidState);
    }
  });
});

describe('decision table 12.6: Paid', () => {
  test('the transfer under way pays', () => {
    given(Payout, processing)
      .when((payout) => payout.recordPaid('tr_1'))
      .then([paidOut(1)]);
    given(Payout, [...failedOnce, started(2)])
      .when((payout) => payout.recordPaid('tr_2'))
      .then([paidOut(2)]);
  });
  test('again changes nothing', () =>
    given(Payout, paid)
      .when((payout) => payout.recordPaid('tr_1'))
      .then([]));
  test('a transfer that had failed does not pay: a person has to look', () => {
    for (const history of [failedOnce, [...failedOnce, started(2)], [...failedOnce, started(2), paidOut(2)], failedFinally]) {
      given(Payout, history)
        .when((payout) => payout.recordPaid('tr_1'))
        .then(PayoutInvalidState);
    }
  });
  test('a transfer that was never started is unknown', () => {
    for (const history of [[scheduled], processing, paid]) {
      given(Payout, history)
        .when((payout) => payout.recordPaid('tr_9'))
        .then(UnknownTransfer);
    }
  });
});

describe('decision table 12.6: Failed', () => {
  const failure = (attempt: number) => ({ providerRef: `tr_${attempt}`, code: 'account_closed' });

  test('the transfer under way fails', () => {
    given(Payout, processing)
      .when((payout) => payout.recordFailed(failure(1)))
      .then([transferFailed(1)]);
    given(Payout, [...failedOnce, started(2)])
      .when((payout) => payout.recordFailed(failure(2)))
      .then([transferFailed(2)]);
  });
  test('the third failure is final and holds the payout in the same decision', () =>
    given(Payout, [...failedTwice, started(3)])
      .when((payout) => payout.recordFailed(failure(3)))
      .then([transferFailed(3), heldByPlatform('transfers_failed')]));
  test('again changes nothing, also when the next transfer is under way', () => {
    for (const history of [failedOnce, [...failedOnce, started(2)], [...failedOnce, started(2), paidOut(2)], failedFinally]) {
      given(Payout, history)
        .when((payout) => payout.recordFailed(failure(1)))
        .then([]);
    }
  });
  test('a transfer that has paid does not fail, and one that was never started is unknown', () => {
    given(Payout, paid)
      .when((payout) => payout.recordFailed(failure(1)))
      .then(PayoutInvalidState);
    for (const history of [[scheduled], processing, paid]) {
      given(Payout, history)
        .when((payout) => payout.recordFailed(failure(9)))
        .then(UnknownTransfer);
    }
  });
});

describe('decision table 12.6: Hold', () => {
  test('a scheduled or failed payout is held, by a person or by the platform', () => {
    for (const history of [[scheduled], failedOnce]) {
      given(Payout, history)
        .when((payout) => payout.hold({ reason: 'under investigation', by: support }))
        .then([heldByPerson]);
      given(Payout, history)
        .when((payout) => payout.hold({ reason: 'negative_balance' }))
        .then([heldByPlatform('negative_balance')]);
    }
  });
  test('again changes nothing: the first hold stands', () => {
    for (const history of [held, failedFinally]) {
      given(Payout, history)
        .when((payout) => payout.hold({ reason: 'negative_balance', by: finance }))
        .then([]);
    }
  });
  test('money that has left, or is about to, cannot be held', () => {
    for (const history of [processing, paid]) {
      given(Payout, history)
        .when((payout) => payout.hold({ reason: 'negative_balance' }))
        .then(PayoutInvalidState);
    }
  });
});

describe('decision table 12.6: ReleaseHold', () => {
  test('a second person lets it go, whoever held it', () => {
    for (const history of [held, failedFinally]) {
      given(Payout, history)
        .when((payout) => payout.releaseHold({ by: finance }))
        .then([holdReleased]);
    }
  });
  test('the person who held it does not', () =>
    given(Payout, held)
      .when((payout) => payout.releaseHold({ by: support }))
      .then(PayoutSamePerson));
  test('again changes nothing', () =>
    given(Payout, [...held, holdReleased])
      .when((payout) => payout.releaseHold({ by: finance }))
      .then([]));
  test('a decision lets it go once: not when it is held again, and not when it has gone on', () => {
    const decided = { by: finance, decisionId: 'approval-1' };
    const released = new PayoutHoldReleasedEvent({ ...holdReleased.payload, decisionId: 'approval-1' });
    given(Payout, held)
      .when((payout) => payout.releaseHold(decided))
      .then([released]);
    for (const since of [[heldByPlatform('no_payout_account')], [started(4)], [started(4), paidOut(4)]]) {
      given(Payout, [...held, released, ...since])
        .when((payout) => payout.releaseHold(decided))
        .then([]);
    }
    const again = new PayoutHoldReleasedEvent({ ...holdReleased.payload, decisionId: 'approval-2' });
    given(Payout, [...held, released, heldByPlatform('no_payout_account')])
      .when((payout) => payout.releaseHold({ by: finance, decisionId: 'approval-2' }))
      .then([again]);
  });
  test('only a held payout is let go', () => {
    for (const history of [processing, failedOnce, paid]) {
      given(Payout, history)
        .when((payout) => payout.releaseHold({ by: finance }))
        .then(PayoutInvalidState);
    }
  });
  test('then it has three attempts again', () =>
    given(Payout, [...failedFinally, holdReleased, started(4)])
      .when((payout) => payout.recordFailed({ providerRef: 'tr_4', code: 'account_closed' }))
      .then([transferFailed(1)]));
});

test('G43 a payout is read only from a history that begins with its schedule and has no gap', () => {
  const [first, second, third] = historyOf(paid);
  if (first === undefined || second === undefined || third === undefined) throw new Error('three events make three records');
  expect(Payout.fromHistory([first, second, third])).toMatchObject({ id: payoutId, status: 'paid' });
  for (const broken of [[], [second], [first, third]]) {
    expect(() => Payout.fromHistory(broken)).toThrow(expect.objectContaining({ code: 'BROKEN_HISTORY' }));
  }
});
