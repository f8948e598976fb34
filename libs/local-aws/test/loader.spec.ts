import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  DescribeRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  applyCatalogue,
  CatalogueNotApplied,
  startLocalAws,
  type EventsFile,
  type LocalAws,
  type TablesFile,
} from '../src/index.ts';
import { clientsFor } from './clients.ts';

const tables: TablesFile = JSON.parse(
  await readFile(new URL('../../../infrastructure/events/tables.json', import.meta.url), 'utf8'),
);
const retry = { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 };
const rule = (name: string, detailType: string) => ({
  name,
  target: 'tutor-inbox',
  pattern: { source: ['user-service'], 'detail-type': [detailType] },
  retry,
  dlq: 'tutor-inbox-dlq',
});
const file: EventsFile = {
  bus: 'edtech-event-bus',
  queues: [{ name: 'tutor-inbox', dlq: 'tutor-inbox-dlq', maxReceiveCount: 5, visibilityTimeout: 30 }],
  rules: [rule('created-to-tutor', 'user.created'), rule('deleted-to-tutor', 'user.deleted')],
  archive: { name: 'all', retentionDays: 30 },
  noSubscriber: [],
};

let aws: LocalAws;
let clients: ReturnType<typeof clientsFor>;
const apply = (events: EventsFile = file, of: TablesFile = tables) => applyCatalogue({ events, tables: of, endpoint: aws.url });

beforeEach(async () => {
  aws = await startLocalAws({ port: 0 });
  clients = clientsFor(aws.url);
});

afterEach(async () => {
  clients.destroy();
  await aws.close();
});

const publish = (DetailType: string) =>
  clients.events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: file.bus, Source: 'user-service', DetailType, Detail: JSON.stringify({ id: 'u1' }) }],
    }),
  );
const received = async (QueueUrl: string | undefined) =>
  (await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }))).Messages ?? [];

test('from nothing it creates everything, and an event arrives in the queue of its rule', async () => {
  const applied = await apply();
  expect(applied.created).toEqual([
    'queue tutor-inbox-dlq',
    'queue tutor-inbox',
    'bus edtech-event-bus',
    'rule created-to-tutor',
    'rule deleted-to-tutor',
    'archive all',
    'table edtech-event-store',
  ]);
  expect([applied.updated, applied.removed]).toEqual([[], []]);
  expect([...applied.queueUrls.keys()]).toEqual(['tutor-inbox-dlq', 'tutor-inbox']);
  await publish('user.created');
  await publish('user.unheard');
  await aws.idle();
  const messages = await received(applied.queueUrls.get('tutor-inbox'));
  expect(messages.map(({ Body }) => JSON.parse(Body ?? '{}'))).toMatchObject([
    { 'detail-type': 'user.created', detail: { id: 'u1' } },
  ]);
});

test('what it made is what the files say', async () => {
  const { queueUrls } = await apply();
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrls.get('tutor-inbox'), AttributeNames: ['All'] }),
  );
  expect(Attributes?.['VisibilityTimeout']).toBe('30');
  expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:tutor-inbox-dlq',
    maxReceiveCount: 5,
  });
  const { Targets } = await clients.events.send(
    new ListTargetsByRuleCommand({ Rule: 'created-to-tutor', EventBusName: file.bus }),
  );
  expect(Targets).toEqual([
    {
      Id: 'tutor-inbox',
      Arn: 'arn:aws:sqs:us-east-1:000000000000:tutor-inbox',
      DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:tutor-inbox-dlq' },
      RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
    },
  ]);
  const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName: 'edtech-event-store' }));
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    KeySchema: [{ AttributeName: 'PK' }, { AttributeName: 'SK' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'pending',
        KeySchema: [{ AttributeName: 'pending' }, { AttributeName: 'PK' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
});

test('applying the same files again changes nothing', async () => {
  await apply();
  const again = await apply();
  expect([again.created, again.updated, again.removed]).toEqual([[], [], []]);
});

test('a changed rule, retry policy or queue is updated and the rest left alone', async () => {
  await apply();
  const changed: EventsFile = {
    ...file,
    queues: [{ name: 'tutor-inbox', dlq: 'tutor-inbox-dlq', maxReceiveCount: 3, visibilityTimeout: 60 }],
    rules: [
      rule('created-to-tutor', 'user.registered'),
      { ...rule('deleted-to-tutor', 'user.deleted'), retry: { ...retry, maximumRetryAttempts: 7 } },
    ],
  };
  const { created, updated, removed } = await apply(changed);
  expect(updated).toEqual(['queue tutor-inbox', 'rule created-to-tutor', 'rule deleted-to-tutor']);
  expect([created, removed]).toEqual([[], []]);
  const { EventPattern } = await clients.events.send(
    new DescribeRuleCommand({ Name: 'created-to-tutor', EventBusName: file.bus }),
  );
  expect(JSON.parse(EventPattern ?? '')).toEqual(changed.rules[0]?.pattern);
  expect((await apply(changed)).updated).toEqual([]);
});

test('a retention that the bus cannot change is reported, not kept silently', async () => {
  await apply();
  expect((await clients.events.send(new DescribeArchiveCommand({ ArchiveName: 'all' }))).RetentionDays).toBe(30);
  await expect(apply({ ...file, archive: { name: 'all', retentionDays: 7 } })).rejects.toMatchObject({
    step: 'archive all',
    message: expect.stringContaining('UpdateArchive'),
  });
});

test('a rule the file no longer has is removed with its target, and its event is no longer delivered', async () => {
  const { queueUrls } = await apply();
  const removed = (await apply({ ...file, rules: file.rules.slice(0, 1) })).removed;
  expect(removed).toEqual(['rule deleted-to-tutor']);
  const { Rules } = await clients.events.send(new ListRulesCommand({ EventBusName: file.bus }));
  expect(Rules?.map(({ Name }) => Name)).toEqual(['created-to-tutor']);
  await publish('user.deleted');
  await publish('user.created');
  await aws.idle();
  expect(await received(queueUrls.get('tutor-inbox'))).toHaveLength(1);
});

test('the first step that fails is named, and applying the corrected file afterwards completes it', async () => {
  const wrong = {
    ...file,
    rules: [rule('fine', 'user.created'), { ...rule('wrong', 'x'), pattern: { source: 'not an array' } }],
  };
  const failure = apply(wrong);
  await expect(failure).rejects.toBeInstanceOf(CatalogueNotApplied);
  await expect(failure).rejects.toMatchObject({
    step: 'rule wrong',
    message: expect.stringContaining('InvalidEventPatternException'),
  });
  await expect(apply({ ...file, rules: [{ ...rule('lost', 'x'), target: 'nowhere' }] })).rejects.toThrow(
    'the file has no queue nowhere',
  );
  expect((await apply()).removed).toContain('rule fine');
});

test('a table with other keys or indexes is refused instead of kept silently', async () => {
  await apply();
  const otherKeys = { tables: tables.tables.map((table) => ({ ...table, sortKey: 'version' })) };
  await expect(apply(file, otherKeys)).rejects.toMatchObject({
    step: 'table edtech-event-store',
    message: expect.stringContaining('has the keys PK, SK, the file says PK, version'),
  });
  const noIndex = { tables: tables.tables.map((table) => ({ ...table, indexes: [] })) };
  await expect(apply(file, noIndex)).rejects.toThrow('it has an index pending that the file does not name');
  const index = { name: 'by-kind', partitionKey: 'kind', sortKey: 'SK', projection: 'ALL' as const };
  const moreIndexes = { tables: tables.tables.map((table) => ({ ...table, indexes: [...table.indexes, index] })) };
  await expect(apply(file, moreIndexes)).rejects.toThrow('it lacks the index by-kind');
});
