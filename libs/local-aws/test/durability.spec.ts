import { PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyCatalogue, startLocalAws, type EventsFile, type LocalAws } from '../src/index.ts';
import { clientsFor } from './clients.ts';

const TableName = 'events';
const tables = {
  tables: [
    {
      name: TableName,
      partitionKey: 'PK',
      sortKey: 'SK',
      indexes: [{ name: 'pending', partitionKey: 'pending', sortKey: 'PK', projection: 'KEYS_ONLY' as const }],
    },
  ],
};
const events: EventsFile = {
  bus: 'bus',
  queues: [{ name: 'inbox', dlq: 'inbox-dlq', maxReceiveCount: 100, visibilityTimeout: 30 }],
  rules: [
    {
      name: 'all-to-inbox',
      target: 'inbox',
      pattern: { source: ['writer'] },
      retry: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
      dlq: 'inbox-dlq',
    },
  ],
  noSubscriber: [],
};

let folder: string;
let child: ChildProcess | undefined;
let restarted: LocalAws | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await restarted?.close();
  await rm(folder, { recursive: true, force: true });
});

async function startChild(): Promise<{ url: string; process: ChildProcess }> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const args = ['--experimental-transform-types', '--no-warnings', main, '--port', '0', '--data-dir', folder];
  const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = process_;
  const ready = Promise.withResolvers<string>();
  process_.once('exit', (code) => ready.reject(new Error(`local-aws ended with code ${code} before it was ready`)));
  const timer = setTimeout(() => ready.reject(new Error('local-aws printed no ready line within 20 s')), 20_000);
  createInterface(process_.stdout).on('line', (line) => {
    const url = /^local-aws ready (\S+)/.exec(line)?.[1];
    if (url !== undefined) ready.resolve(url);
  });
  const url = await ready.promise.finally(() => clearTimeout(timer));
  return { url, process: process_ };
}

/** Repeats a call in `lanes` loops until it fails, and keeps the ids of the calls that were answered. */
function keepDoing(lanes: number, prefix: string, call: (id: string) => Promise<unknown>) {
  const acknowledged = new Set<string>();
  const loop = async (lane: number) => {
    for (let index = 0; ; index += 1) {
      const id = `${prefix}-${lane}-${index}`;
      try {
        await call(id);
      } catch {
        return;
      }
      acknowledged.add(id);
    }
  };
  return { acknowledged, done: Promise.all(Array.from({ length: lanes }, (_, lane) => loop(lane))) };
}

const receiveAll = async ({ sqs }: ReturnType<typeof clientsFor>, QueueUrl: string): Promise<Message[]> => {
  const all: Message[] = [];
  for (;;) {
    const input = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
    if (Messages.length === 0) return all;
    all.push(...Messages);
  }
};

test('whatever was acknowledged before kill -9 is there afterwards', { timeout: 60_000 }, async () => {
  const { url, process: running } = await startChild();
  const clients = clientsFor(url);
  await applyCatalogue({ events, tables, endpoint: url });
  const queue = async (QueueName: string) => (await clients.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const [sends, handled] = [await queue('sends'), await queue('handled')];

  for (let index = 0; index < 20; index += 1) {
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: handled, MessageBody: `handled-${index}` }));
  }
  const first = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: handled, MaxNumberOfMessages: 10 }));
  const deleted = (first.Messages ?? []).map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle }));
  await clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: handled, Entries: deleted }));
  const inFlight = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: handled, MaxNumberOfMessages: 10 }));
  expect([deleted.length, inFlight.Messages?.length]).toEqual([10, 10]);

  const puts = keepDoing(8, 'item', (id) =>
    clients.dynamoDb.send(
      new PutItemCommand({
        TableName,
        Item: { PK: { S: id }, SK: { S: '1' }, pending: { S: 'P#0' }, body: { S: 'x'.repeat(1_000) } },
      }),
    ),
  );
  const messages = keepDoing(8, 'message', (id) =>
    clients.sqs.send(new SendMessageCommand({ QueueUrl: sends, MessageBody: id })),
  );
  const published = keepDoing(8, 'event', async (id) => {
    const entry = { EventBusName: 'bus', Source: 'writer', DetailType: 'made', Detail: JSON.stringify({ id }) };
    await clients.events.send(new PutEventsCommand({ Entries: [entry] }));
  });
  await sleep(2_000);
  running.kill('SIGKILL');
  await once(running, 'exit');
  await Promise.all([puts.done, messages.done, published.done]);
  clients.destroy();
  for (const { acknowledged } of [puts, messages, published]) expect(acknowledged.size).toBeGreaterThan(50);

  restarted = await startLocalAws({ port: 0, dataDir: folder });
  const after = clientsFor(restarted.url);
  const urlOf = (name: string) => `${restarted?.url}/000000000000/${name}`;

  const items = new Set<string | undefined>();
  let ExclusiveStartKey: Record<string, { S: string }> | undefined;
  do {
    const page = await after.dynamoDb.send(new ScanCommand({ TableName, ...(ExclusiveStartKey && { ExclusiveStartKey }) }));
    for (const item of page.Items ?? []) items.add(item['PK']?.S);
    const { PK, SK } = page.LastEvaluatedKey ?? {};
    ExclusiveStartKey = PK?.S === undefined || SK?.S === undefined ? undefined : { PK: { S: PK.S }, SK: { S: SK.S } };
  } while (ExclusiveStartKey);
  expect([...puts.acknowledged].filter((id) => !items.has(id))).toEqual([]);

  const oldest = new QueryCommand({
    TableName,
    IndexName: 'pending',
    KeyConditionExpression: 'pending = :p',
    ExpressionAttributeValues: { ':p': { S: 'P#0' } },
  });
  const indexed = ((await after.dynamoDb.send(oldest)).Items ?? []).map((item) => item['PK']?.S);
  expect(indexed.length).toBeGreaterThan(50);

  const sent = new Set((await receiveAll(after, urlOf('sends'))).map(({ Body }) => Body));
  expect([...messages.acknowledged].filter((id) => !sent.has(id))).toEqual([]);

  await restarted.idle();
  const arrived = new Set((await receiveAll(after, urlOf('inbox'))).map(({ Body }) => JSON.parse(Body ?? '{}').detail.id));
  expect([...published.acknowledged].filter((id) => !arrived.has(id))).toEqual([]);

  expect(await receiveAll(after, urlOf('handled'))).toEqual([]);
  restarted.faults.clockOffsetMs = 30_000;
  const back = await receiveAll(after, urlOf('handled'));
  expect(back.map(({ MessageId }) => MessageId).toSorted()).toEqual(
    inFlight.Messages?.map(({ MessageId }) => MessageId).toSorted(),
  );
  expect(new Set(back.map(({ Attributes }) => Attributes?.['ApproximateReceiveCount']))).toEqual(new Set(['2']));
  after.destroy();
});

test('SIGTERM stops the process with code 0 and frees the folder', { timeout: 60_000 }, async () => {
  const { url, process: running } = await startChild();
  expect((await fetch(`${url}/_local/health`)).status).toBe(200);
  running.kill('SIGTERM');
  const [code] = await once(running, 'exit', { signal: AbortSignal.timeout(10_000) });
  expect(code).toBe(0);
  restarted = await startLocalAws({ port: 0, dataDir: folder });
});
