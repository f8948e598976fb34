import { PaymentAuthorized, PaymentCancelled, PaymentCompleted, PaymentCreated, PaymentFailed } from '@edtech/contracts';
import { sagaScenario, type SagaScenario } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import { authorized, bookingId, cancelled, completed, created, failed, paymentId } from '../../../test/payment.fixture.ts';
import { ChargePaymentCommand } from '../commands/charge-payment.command.ts';
import { ReleaseAuthorizationCommand } from '../commands/release-authorization.command.ts';
import { ChargeSaga } from './charge.saga.ts';

const charge = new ChargePaymentCommand(paymentId);
const release = new ReleaseAuthorizationCommand(paymentId);

const started = (): SagaScenario =>
  sagaScenario(new ChargeSaga())
    .when(PaymentCreated, { ...created.payload, bookingId })
    .sends([charge]);

describe('the charge of a payment', () => {
  test('ends with the money: nobody is asked again', () => {
    started().when(PaymentCompleted, completed.payload).hasStatus(paymentId, 'completed').advance('30d').sends([]);
  });

  test('is asked for again after 1, 2, 4 … minutes, at most every hour, twelve times in all', () => {
    const saga = started().again().advance('59s').sends([]).advance('1s').sends([charge]);
    saga.advance('119s').sends([]).advance('1s').sends([charge]).advance('4m').sends([charge]);
    saga.advance('30d').sends(Array.from({ length: 8 }, () => charge));
  });

  test('that was authorized after everybody had given up asks for the money again', () => {
    const times = (length: number): object[] => Array.from({ length }, () => charge);
    const late = started().advance('30d').sends(times(11)).when(PaymentAuthorized, authorized.payload).sends([]);
    late.advance('59s').sends([]).advance('1s').sends([charge]).advance('30d').sends(times(10));
  });

  test('of a payment that failed or was cancelled lets the authorization go and asks no more', () => {
    for (const ended of [started().when(PaymentFailed, failed.payload), started().when(PaymentCancelled, cancelled.payload)]) {
      ended.sends([release]).hasStatus(paymentId, 'cancelled').advance('30d').sends([]);
    }
  });

  test('that ended before is not moved by late money', () => {
    started()
      .when(PaymentCancelled, cancelled.payload)
      .sends([release])
      .when(PaymentCompleted, { ...completed.payload, late: true })
      .hasStatus(paymentId, 'cancelled')
      .sends([]);
  });
});
