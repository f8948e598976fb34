import { CreateEventBusCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startLocalAws, type LocalAws } from '@edtech/local-aws';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InMemoryPublisher } from '../../src/infrastructure/event-bridge/in-memory.publisher.ts';
import { readBusMessage } from '../../src/infrastructure/consumer/bus-message.ts';
import { QueuePoller } from '../../src/infrastructure/consumer/queue-poller.ts';
import { SqsQueue } from '../../src/infrastructure/consumer/sqs-queue.ts';
import { EventBridgePublisher } from '../../src/infrastructure/event-bridge/event-bridge.publisher.ts';
import { EventBridgeService } from '../../src/infrastructure/event-bridge/event-bridge.service.ts';
import { putEvents } from '../../src/infrastructure/event-bridge/put-events.ts';
import { messageQueueContract } from '../consumer/message-queue.contract.ts';
import { lampContracts, lampEvent } from '../test-contracts.ts';
import { integrationEventPublisherContract, type HeardEntry } from './integration-event-publisher.contract.ts';
import { ListedTerm } from './listed-term.ts';

let aws: LocalAws;
let events: EventBridgeClient;
let sqs: SQSClient;

beforeAll(async () => {
  aws = await startLocalAws({ port: 0 });
  const settings = {
    endpoint: aws.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  events = new EventBridgeClient(settings);
  sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
});

afterAll(async () => {
  events.destroy();
  sqs.destroy();
  await aws.close();
});

async function createQueue(): Promise<{ name: string; url: string; arn: string }> {
  const name = `lamps-${randomUUID()}`;
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { name, url, arn: attributes?.QueueArn ?? '' };
}

/** A bus of its own whose lamp events go into a queue of its own. */
async function createBus(): Promise<{ bus: string; queue: string }> {
  const bus = `bus-${randomUUID()}`;
  const { name, arn } = await createQueue();
  await events.send(new CreateEventBusCommand({ Name: bus }));
  await events.send(
    new PutRuleCommand({ Name: 'lamps', EventBusName: bus, EventPattern: JSON.stringify({ source: ['lamp-service'] }) }),
  );
  await events.send(new PutTargetsCommand({ Rule: 'lamps', EventBusName: bus, Targets: [{ Id: 'queue', Arn: arn }] }));
  return { bus, queue: name };
}

/** Bodies in the queue; waits until there are `count`. */
async function bodies(queueName: string, count: number): Promise<string[]> {
  const queue = new SqsQueue(sqs, { name: queueName, waitSeconds: 1 });
  const received: string[] = [];
  for (let time = 0; time < 20 && received.length < count; time++)
    received.push(...(await queue.receive(new AbortController().signal)).map(({ body }) => body));
  return received;
}

describe('EventBridgeService on the local bus keeps the contract of the publisher', () => {
  integrationEventPublisherContract(async () => {
    const { bus, queue } = await createBus();
    const kept: HeardEntry[] = [];
    return {
      publisher: new EventBridgeService(putEvents(events, bus), lampContracts),
      async heard(count) {
        for (const body of await bodies(queue, count - kept.length)) {
          const message: { source: string; 'detail-type': string; detail: object } = JSON.parse(body);
          kept.push({ source: message.source, detailType: message['detail-type'], detail: JSON.stringify(message.detail) });
        }
        return kept;
      },
    };
  });
});

describe('SqsQueue keeps the contract of the queue', () => {
  messageQueueContract(async () => {
    const { name, url } = await createQueue();
    return {
      queue: new SqsQueue(sqs, { name, waitSeconds: 1 }),
      send: (body) => sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body })),
    };
  });
});

describe('from feed to consumer', () => {
  test('G27 what the publisher subscription takes from the feed reaches the poller of another service', async () => {
    const { bus, queue } = await createBus();
    const list = Array.from({ length: 60 }, (_, index) => lampEvent(`l-${index % 7}`, 1 + Math.floor(index / 7)));
    const term = new ListedTerm(list);
    await new EventBridgePublisher('lamp-service', putEvents(events, bus), lampContracts).consume(term);
    expect(term.advances.at(-1)).toBe(term.lastPosition);

    const seen = new Set<string>();
    const poller = new QueuePoller({
      name: 'shop-service.queue',
      queue: new SqsQueue(sqs, { name: queue }),
      probe: async () => undefined,
      processRecord: async ({ body }) => {
        seen.add(readBusMessage(body, lampContracts).eventId);
        return 'done';
      },
    });
    poller.start();
    await expect.poll(() => seen.size, { timeout: 10_000 }).toBe(list.length);
    const before = Date.now();
    await poller.stop();
    expect(Date.now() - before).toBeLessThan(2_000);
    expect(seen).toEqual(new Set(list.map(({ eventId }) => eventId)));
    expect(poller.stats()).toMatchObject({ deleted: poller.stats().received, failedCalls: 0 });
  });

  test('G22 the in-memory twin publishes the same entries as the bus delivers', async () => {
    const { bus, queue } = await createBus();
    const event = lampEvent('l-1', 1, { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
    await new EventBridgeService(putEvents(events, bus), lampContracts).publishEvent(event);
    const twin = new InMemoryPublisher(lampContracts);
    await twin.publishEvent(event);
    const [heard = '{}'] = await bodies(queue, 1);
    const { detail }: { detail: object } = JSON.parse(heard);
    expect(detail).toEqual(JSON.parse(twin.published[0]?.detail ?? '{}'));
  });
});
