import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { InMemoryQueue } from '../../src/infrastructure/consumer/in-memory.queue.ts';
import { createLambdaHandler } from '../../src/infrastructure/consumer/lambda-handler.ts';
import { QueuePoller } from '../../src/infrastructure/consumer/queue-poller.ts';
import { consumerEntryContract } from './consumer-entry.contract.ts';

describe('queue poller', () => {
  consumerEntryContract(async (processRecord, bodies) => {
    const queue = new InMemoryQueue();
    const ids = bodies.map((body) => queue.send(body));
    const poller = new QueuePoller({ name: 'test', queue, processRecord, probe: async () => undefined });
    poller.start();
    await expect.poll(() => poller.stats().done + poller.stats().retried, { timeout: 10_000 }).toBe(bodies.length);
    await poller.stop();
    const left = new Set(queue.left.map(({ messageId }) => messageId));
    return ids.map((id) => !left.has(id));
  });
});

describe('Lambda handler', () => {
  consumerEntryContract(async (processRecord, bodies) => {
    const records = bodies.map((body) => ({
      messageId: randomUUID(),
      receiptHandle: 'handle',
      body,
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:lamps',
    }));
    const { batchItemFailures } = await createLambdaHandler(processRecord)({ Records: records });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    return records.map(({ messageId }) => !failed.has(messageId));
  });
});
