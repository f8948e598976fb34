import { randomUUID } from 'node:crypto';
import { BaseDomainEvent, EventContracts, EventStoreService, SystemClock, type EventContract } from '@edtech/shared-kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';
import { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { openEventTable } from '../src/infrastructure/event-store/open-event-table.ts';
import { paymentService } from '../src/payment-service.module.ts';
import { order, price } from './payment.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

class PaymentEvaporated extends BaseDomainEvent {
  static override readonly EVENT_NAME = 'payment.evaporated';
}

/** Of a release that is not this one. */
const evaporated: EventContract = {
  name: 'payment.evaporated',
  producer: 'payment-service',
  aggregateType: 'Payment',
  schemaVersion: 1,
  scope: 'local',
  personal: [],
  about: () => 'nobody',
  parse: () => ({}),
  read: () => ({}),
};

let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService();
});
afterAll(() => service.close());

test('G41 a payment with an event that this release does not know takes no command, and nothing is written', async () => {
  const paymentId = randomUUID();
  const stream = { aggregateType: 'Payment', aggregateId: paymentId };
  const contracts = new EventContracts([...paymentService.contracts, evaporated]);
  const later = new EventStoreService(openEventTable('edtech-event-store'), contracts, new SystemClock());
  const payments = service.get(PaymentRepository);
  await service.handling(() => payments.add(Payment.create({ ...order, paymentId })));
  const complete = (): Promise<void> =>
    service.handling(() =>
      payments.change(paymentId, (payment) => payment.complete({ providerRef: 'ch_1', providerEventId: 'evt_1', price })),
    );
  await service.handling(async () => {
    const expected = await later.position(stream);
    await later.append(stream, [new PaymentEvaporated({})], { expected, commitId: randomUUID() });
  });
  await expect(complete()).rejects.toMatchObject({ code: 'UNKNOWN_EVENT' });
  await expect(payments.get(paymentId)).rejects.toMatchObject({ code: 'UNKNOWN_EVENT' });
  expect(await later.currentVersion(stream)).toBe(2);
});
