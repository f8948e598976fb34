import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLocalAws, type LocalAws } from '../src/index.ts';
import { memoryStore } from '../src/memory-store.ts';
import { SqsService } from '../src/sqs/sqs-service.ts';
import { systemClock } from '../src/system-clock.ts';
import { clientsFor } from './clients.ts';

const MINUTE = 60_000;
let folder: string;
let aws: LocalAws;
let sqs: ReturnType<typeof clientsFor>['sqs'];
const start = async () => {
  aws = await startLocalAws({ port: 0, dataDir: folder });
  ({ sqs } = clientsFor(aws.url));
};

const restart = async () => {
  sqs.destroy();
  await aws.close();
  await start();
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
  await start();
});

afterEach(async () => {
  sqs.destroy();
  await aws.close();
  await rm(folder, { recursive: true });
});

const createQueue = async (QueueName: string, Attributes: Record<string, string> = {}) =>
  (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
const send = (QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (QueueUrl: string) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
const count = async (QueueUrl: string) => {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return [Attributes?.['ApproximateNumberOfMessages'], Attributes?.['ApproximateNumberOfMessagesNotVisible']];
};

test('the handle of an earlier receive deletes nothing, the latest one does', async () => {
  const url = await createQueue('q', { VisibilityTimeout: '1' });
  await send(url, 'work');
  const [first] = await receive(url);
  aws.faults.clockOffsetMs = 1_000;
  const [second] = await receive(url);
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
  expect(await count(url)).toEqual(['0', '1']);
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
  expect(await count(url)).toEqual(['0', '0']);
});

test('a message older than the retention period is gone', async () => {
  const url = await createQueue('q', { MessageRetentionPeriod: '60' });
  await send(url, 'old');
  aws.faults.clockOffsetMs = MINUTE / 2;
  await send(url, 'young');
  aws.faults.clockOffsetMs = MINUTE;
  expect((await receive(url)).map(({ Body }) => Body)).toEqual(['young']);
});

test('a deduplication id is remembered for five minutes, also over a restart', async () => {
  const url = await createQueue('q.fifo', { FifoQueue: 'true' });
  const sendOnce = () => send(url, 'x', { MessageGroupId: 'g', MessageDeduplicationId: 'id' });
  const first = await sendOnce();
  await restart();
  aws.faults.clockOffsetMs = 5 * MINUTE - 10_000;
  expect((await sendOnce()).MessageId).toBe(first.MessageId);
  aws.faults.clockOffsetMs = 5 * MINUTE + 10_000;
  const second = await sendOnce();
  expect(second.MessageId).not.toBe(first.MessageId);
  await restart();
  aws.faults.clockOffsetMs = 5 * MINUTE + 10_000;
  expect((await sendOnce()).MessageId).toBe(second.MessageId);
  expect(await count(url)).toEqual(['2', '0']);
});

test('a FIFO group stays locked while any of its messages is in flight', async () => {
  const url = await createQueue('q.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
  for (const body of ['a1', 'a2']) await send(url, body, { MessageGroupId: 'a' });
  const [a1, a2] = await receive(url);
  const visibility = (ReceiptHandle: string | undefined) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
  await visibility(a1?.ReceiptHandle);
  expect(await receive(url)).toEqual([]);
  await visibility(a2?.ReceiptHandle);
  expect((await receive(url)).map(({ Body }) => Body)).toEqual(['a1', 'a2']);
});

test('a deleted message does not come back after a restart, the others do', async () => {
  const url = await createQueue('q');
  await send(url, 'handled');
  const [message] = await receive(url);
  await send(url, 'also kept');
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
  await restart();
  aws.faults.clockOffsetMs = MINUTE;
  expect((await receive(`${aws.url}/000000000000/q`)).map(({ Body }) => Body)).toEqual(['also kept']);
});

test('a message of a FIFO queue waits for the delay of its queue', async () => {
  const url = await createQueue('q.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true', DelaySeconds: '60' });
  await send(url, 'later', { MessageGroupId: 'g' });
  expect(await receive(url)).toEqual([]);
  aws.faults.clockOffsetMs = MINUTE;
  expect(await receive(url)).toHaveLength(1);
});

test('a message that arrives in the moment a long poll begins is not overlooked', async () => {
  const service = await SqsService.open({
    store: memoryStore(),
    clock: systemClock,
    random: Math.random,
    faults: () => ({ duplicateReceive: 0, earlyVisibility: 0, delayMs: 0, partialBatchFailure: 0 }),
    baseUrl: () => '',
    account: '0',
    region: 'r',
    requestBytesLimit: 1_000,
  });
  const signal = AbortSignal.timeout(2_000);
  await service.handle('CreateQueue', '{"QueueName":"q"}', signal);
  const startedAt = performance.now();
  const polling = service.handle('ReceiveMessage', '{"QueueUrl":"/0/q","WaitTimeSeconds":20}', signal);
  await service.deliver('arn:aws:sqs:r:0:q', 'body', {});
  expect(await polling).toMatchObject({ Messages: [{ Body: 'body' }] });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await expect(service.deliver('arn:aws:sqs:r:0:none', 'body', {})).rejects.toMatchObject({ type: 'NO_RESOURCE' });
});
