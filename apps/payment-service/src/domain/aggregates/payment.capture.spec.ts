import { given, givenNoStream, historyOf } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import {
  attemptFailed,
  authorized,
  bookingId,
  cancelled,
  capture,
  completed,
  completedLate,
  created,
  failed,
  halfRefunded,
  mismatch,
  NOON,
  order,
  paymentId,
  price,
  requested,
} from '../../../test/payment.fixture.ts';
import { InvalidAmount } from '../errors/money.errors.ts';
import { AttemptsExhausted, InvalidState, UseRefund } from '../errors/payment.errors.ts';
import { PaymentFailedEvent } from '../events/payment-failed.event.ts';
import { Money } from '../value-objects/money.vo.ts';
import { Payment } from './payment.aggregate.ts';

const authorization = { providerRef: 'auth_1', expiresAt: NOON };
const decline = (providerEventId: string) => ({ providerEventId, code: 'card_declined' });
const hardDecline = { providerEventId: 'evt_stolen', code: 'stolen_card' };
const thirdFailed = new PaymentFailedEvent({ paymentId, bookingId, code: 'card_declined', providerEventId: 'evt_decline_3' });
const unpaid = [[created], [created, authorized], [created, attemptFailed(1), attemptFailed(2)]];
const ended = [
  [created, failed],
  [created, cancelled],
  [created, attemptFailed(1), attemptFailed(2), thirdFailed],
];
const captured = [[created, completed], halfRefunded];

describe('decision table 12.1: CreatePayment', () => {
  test('a payment begins with the fee and the earnings that are settled for good', () =>
    givenNoStream()
      .when(() => Payment.create(order))
      .then([created]));
  test('a price of nothing is refused', () =>
    givenNoStream()
      .when(() => Payment.create({ ...order, price: Money.of(0, 'USD') }))
      .then(InvalidAmount));
});

describe('decision table 12.1: AuthorizePayment', () => {
  test('a pending payment is authorized', () =>
    given(Payment, [created])
      .when((payment) => payment.authorize(authorization))
      .then([authorized]));
  test('the same authorization again changes nothing, not even after the capture', () => {
    for (const history of [
      [created, authorized],
      [created, authorized, completed],
    ]) {
      given(Payment, history)
        .when((payment) => payment.authorize(authorization))
        .then([]);
    }
  });
  test('a payment that is not pending cannot be authorized', () => {
    for (const history of [[created, authorized], ...ended, ...captured]) {
      given(Payment, history)
        .when((payment) => payment.authorize({ ...authorization, providerRef: 'auth_2' }))
        .then(InvalidState);
    }
  });
});

describe('decision table 12.1: CompletePayment', () => {
  test('a pending or authorized payment is completed', () => {
    for (const history of unpaid) {
      given(Payment, history)
        .when((payment) => payment.complete(capture))
        .then([completed]);
    }
  });
  test('the same capture again changes nothing, whatever the name of the report', () => {
    for (const history of captured) {
      given(Payment, history)
        .when((payment) => payment.complete({ ...capture, providerEventId: 'evt_again' }))
        .then([]);
    }
  });
  test('money for a payment that has ended is booked, and its full refund is requested in the same decision', () => {
    const goesBack = requested({
      refundId: bookingId,
      amount: 5_000,
      reason: 'paid too late',
      requestedBy: 'system:late-payments',
      source: 'policy',
    });
    for (const history of ended) {
      given(Payment, history)
        .when((payment) => payment.complete(capture))
        .then([completedLate, goesBack]);
    }
    given(Payment, [created, cancelled, completedLate, goesBack])
      .when((payment) => payment.complete(capture))
      .then([]);
  });
  test('another amount or currency is a mismatch, whatever the state', () => {
    for (const [paid, actual] of [
      [Money.of(4_999, 'USD'), '4999 USD'],
      [Money.of(5_000, 'EUR'), '5000 EUR'],
    ] as const) {
      for (const history of [...unpaid, ...ended, ...captured]) {
        given(Payment, history)
          .when((payment) => payment.complete({ ...capture, price: paid }))
          .then([mismatch('evt_captured', '5000 USD', actual)]);
      }
    }
  });
  test('a second capture is a mismatch: money is captured once', () =>
    given(Payment, [created, completed])
      .when((payment) => payment.complete({ ...capture, providerRef: 'ch_2' }))
      .then([mismatch('evt_captured', 'captured as ch_1', 'captured as ch_2')]));
  test('a mismatch that is reported again changes nothing', () =>
    given(Payment, [created, mismatch('evt_captured', '5000 USD', '4999 USD')])
      .when((payment) => payment.complete({ ...capture, price: Money.of(4_999, 'USD') }))
      .then([]));
});

describe('decision table 12.1: RecordFailedAttempt and FailPayment', () => {
  test('the student may try again twice; the third decline is the end', () => {
    given(Payment, [created])
      .when((payment) => payment.recordFailedAttempt(decline('evt_decline_1')))
      .then([attemptFailed(1)]);
    given(Payment, [created, authorized, attemptFailed(1)])
      .when((payment) => payment.recordFailedAttempt(decline('evt_decline_2')))
      .then([attemptFailed(2)]);
    given(Payment, [created, attemptFailed(1), attemptFailed(2)])
      .when((payment) => payment.recordFailedAttempt(decline('evt_decline_3')))
      .then([thirdFailed]);
  });
  test('a hard decline is the end at once', () => {
    for (const history of unpaid) {
      given(Payment, history)
        .when((payment) => payment.fail(hardDecline))
        .then([failed]);
    }
  });
  test('a report that is repeated does not count twice', () => {
    given(Payment, [created, attemptFailed(1)])
      .when((payment) => payment.recordFailedAttempt(decline('evt_decline_1')))
      .then([]);
    given(Payment, [created, attemptFailed(1), attemptFailed(2)])
      .when((payment) => payment.recordFailedAttempt(decline('evt_decline_2')))
      .then([]);
    given(Payment, [created, attemptFailed(1)])
      .when((payment) => payment.fail(decline('evt_decline_1')))
      .then([]);
  });
  test('a decline of captured money is a mismatch and leaves the payment as it was', () => {
    for (const [history, status] of [
      [[created, completed], 'completed'],
      [halfRefunded, 'partially_refunded'],
    ] as const) {
      given(Payment, history)
        .when((payment) => payment.fail(hardDecline))
        .then([mismatch('evt_stolen', status, 'failed (stolen_card)')]);
      given(Payment, history)
        .when((payment) => payment.recordFailedAttempt(decline('evt_d')))
        .then([mismatch('evt_d', status, 'failed (card_declined)')]);
    }
  });
  test('a decline of a payment that has ended is no news', () => {
    for (const history of ended) {
      given(Payment, history)
        .when((payment) => payment.fail({ ...hardDecline, providerEventId: 'evt_other' }))
        .then([]);
      given(Payment, history)
        .when((payment) => payment.recordFailedAttempt(decline('evt_other')))
        .then([]);
    }
  });
});

describe('decision table 12.1: CancelPayment', () => {
  test('a payment without money is cancelled', () => {
    for (const history of unpaid) {
      given(Payment, history)
        .when((payment) => payment.cancel('the hold expired'))
        .then([cancelled]);
    }
  });
  test('captured money has to be refunded instead', () => {
    for (const history of captured) {
      given(Payment, history)
        .when((payment) => payment.cancel('the hold expired'))
        .then(UseRefund);
    }
  });
  test('a payment that has ended already stays as it is: a released booking follows every failure', () => {
    for (const history of ended) {
      given(Payment, history)
        .when((payment) => payment.cancel('the hold expired'))
        .then([]);
    }
  });
});

describe('before the provider is asked', () => {
  test('an unpaid payment may be attempted', () => {
    for (const history of unpaid) {
      given(Payment, history)
        .when((payment) => payment.expectAttempt())
        .then([]);
    }
  });
  test('the third failure exhausts the attempts', () =>
    given(Payment, [created, attemptFailed(1), attemptFailed(2), thirdFailed])
      .when((payment) => payment.expectAttempt())
      .then(AttemptsExhausted));
  test('nothing else is waiting for money', () => {
    for (const history of [[created, failed], [created, cancelled], ...captured]) {
      given(Payment, history)
        .when((payment) => payment.expectAttempt())
        .then(InvalidState);
    }
  });
});

describe('a payment is read', () => {
  test('G43 only from a history that begins with its creation and has no gap', () => {
    const [first, second, third] = historyOf([created, authorized, completed]);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three events make three records');
    expect(Payment.fromHistory([first, second, third])).toMatchObject({ id: paymentId, status: 'completed', settlement: 'held' });
    expect(Payment.fromHistory([first]).price).toEqual(price);
    for (const broken of [[], [second], [first, third], [first, second, second]]) {
      expect(() => Payment.fromHistory(broken)).toThrow(expect.objectContaining({ code: 'BROKEN_HISTORY' }));
    }
  });
  test('G41 not at all when its history holds an unknown event', () => {
    const history = historyOf([created, { eventName: 'payment.evaporated', payload: {} }, completed]);
    expect(() => Payment.fromHistory(history)).toThrow(expect.objectContaining({ code: 'UNKNOWN_EVENT' }));
  });
});
