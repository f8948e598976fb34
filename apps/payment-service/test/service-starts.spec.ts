import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';
import { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { order } from './payment.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService();
});
afterAll(() => service.close());

test('what is written to the event store reaches the log of the service, and from there the books', async () => {
  const paymentId = randomUUID();
  const payments = service.get(PaymentRepository);
  await service.handling(() => payments.add(Payment.create({ ...order, paymentId })));
  await service.handling(() =>
    payments.change(paymentId, (payment) =>
      payment.complete({ providerRef: 'ch_1', providerEventId: 'evt_1', price: order.price }),
    ),
  );
  await service.untilEvents(paymentId, ['payment.created', 'payment.completed']);
  await service.settled();
  expect(await service.query('SELECT account, debit, credit FROM ledger_entries ORDER BY line')).toEqual([
    { account: 'provider_cash', debit: '5000', credit: '0' },
    { account: 'escrow', debit: '0', credit: '5000' },
  ]);
});

test('it is healthy', async () => {
  expect(await service.call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'up' } });
});
