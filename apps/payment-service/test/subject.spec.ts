import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { EventStoreService } from '@edtech/shared-kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';
import { PayoutRepository } from '../src/application/interfaces/payout.repository.ts';
import { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { Payout } from '../src/domain/aggregates/payout.aggregate.ts';
import { order, price, studentId, tutorId } from './payment.fixture.ts';
import { MINIMUM, owed } from './payout.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

let service: RunningPaymentService;
let sqs: SQSClient;
let queueUrl = '';

beforeAll(async () => {
  service = await runningPaymentService();
  sqs = new SQSClient({});
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'listener' }))).QueueUrl ?? '';
  const asked = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes: { QueueArn } = {} } = await sqs.send(asked);
  const bus = new EventBridgeClient({});
  const rule = { EventBusName: 'edtech-event-bus', Name: 'listener' };
  await bus.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['payment-service'] }) }));
  await bus.send(
    new PutTargetsCommand({ EventBusName: rule.EventBusName, Rule: rule.Name, Targets: [{ Id: 'listener', Arn: QueueArn }] }),
  );
  bus.destroy();
});
afterAll(async () => {
  sqs.destroy();
  await service.close();
});

/** `userId` on the wire of the events of one stream, by name. */
async function onTheWire(aggregateId: string, count: number): Promise<Record<string, string>> {
  const subjects: Record<string, string> = {};
  for (let turn = 0; turn < 20 && Object.keys(subjects).length < count; turn++) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = '{}' } of Messages) {
      const { 'detail-type': name, detail } = JSON.parse(Body);
      if (detail.aggregateId === aggregateId) subjects[name] = detail.userId;
    }
  }
  return subjects;
}

async function stored(aggregateType: string, aggregateId: string): Promise<string[]> {
  const events = await service.get(EventStoreService).loadEvents(aggregateType, aggregateId);
  return events.map(({ eventName, metadata }) => `${eventName} ${metadata.userId}`);
}

async function logged(aggregateId: string): Promise<string[]> {
  const rows = await service.query(
    'SELECT event_name, user_id FROM domain_events WHERE aggregate_id = $1 ORDER BY stream_version',
    [aggregateId],
  );
  return rows.map(({ event_name: name, user_id: user }) => `${String(name)} ${String(user)}`);
}

test('the events of a payment are about its student, also those whose payload does not name one, in store, log and bus', async () => {
  const paymentId = randomUUID();
  const payments = service.get(PaymentRepository);
  await service.handling(() => payments.add(Payment.create({ ...order, paymentId })));
  const decide = (decision: (payment: Payment) => void) => service.handling(() => payments.change(paymentId, decision));
  await decide((payment) => payment.complete({ providerRef: 'ch_1', providerEventId: 'evt_1', price }));
  const refund = { refundId: randomUUID(), amount: 1_000, reason: 'ill', requestedBy: studentId, source: 'student' } as const;
  await decide((payment) => payment.requestRefund(refund, { autoApproveLimit: 0 }));
  const expected = ['payment.created', 'payment.completed', 'payment.refund_requested'];
  await service.untilEvents(paymentId, expected);
  await service.settled();
  const lines = expected.map((name) => `${name} ${studentId}`);
  expect(await stored('Payment', paymentId)).toEqual(lines);
  expect(await logged(paymentId)).toEqual(lines);
  expect(await onTheWire(paymentId, 3)).toMatchObject(Object.fromEntries(expected.map((name) => [name, studentId])));
});

test('the events of a payout are about its tutor', async () => {
  const payoutId = randomUUID();
  const payout = Payout.schedule({ ...owed(3_000), payoutId }, MINIMUM);
  if (payout === undefined) throw new Error('nothing is owed');
  await service.handling(() => service.get(PayoutRepository).add(payout));
  await service.untilEvents(payoutId, ['payout.scheduled']);
  expect(await stored('Payout', payoutId)).toEqual([`payout.scheduled ${tutorId}`]);
  expect(await logged(payoutId)).toEqual([`payout.scheduled ${tutorId}`]);
  expect(await onTheWire(payoutId, 1)).toEqual({ 'payout.scheduled': tutorId });
});
