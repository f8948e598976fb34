import { BookingSettled, PaymentDisputeClosed, PaymentRefunded, PaymentReleased } from '@edtech/contracts';
import { sagaScenario } from '@edtech/shared-kernel/testing';
import { test } from 'vitest';
import { bookingId, disputeClosed, paymentId, refunded, released, tutorId } from '../../../test/payment.fixture.ts';
import { ReleaseFundsCommand } from '../commands/release-funds.command.ts';
import { ReleaseSaga } from './release.saga.ts';

const release = new ReleaseFundsCommand(paymentId);
const settled = { bookingId, paymentId, tutorId };

test('the money of a settled lesson is released, once', () => {
  const saga = sagaScenario(new ReleaseSaga()).when(BookingSettled, settled).sends([release]).again();
  saga.when(PaymentReleased, released.payload).hasStatus(paymentId, 'completed');
  saga.when(PaymentRefunded, refunded.payload).sends([]);
});

test('it is tried again when what froze it has ended', () => {
  const saga = sagaScenario(new ReleaseSaga()).when(BookingSettled, settled).sends([release]);
  saga.when(PaymentDisputeClosed, disputeClosed('won').payload).sends([release]);
  saga.when(PaymentRefunded, refunded.payload).sends([release]);
});

test('nothing is released before the lesson is settled', () => {
  sagaScenario(new ReleaseSaga()).when(PaymentRefunded, refunded.payload).sends([]).hasStatus(paymentId, 'not started');
});
