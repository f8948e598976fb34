import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ListEventBusesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyCatalogue, developmentFaults, seededRandom, startLocalAws, type LocalAws } from '../src/index.ts';
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
let aws: LocalAws;
let clients: ReturnType<typeof clientsFor>;

beforeEach(async () => {
  aws = await startLocalAws({ port: 0, random: seededRandom(7) });
  clients = clientsFor(aws.url);
  await applyCatalogue({ events: { bus: 'bus', queues: [], rules: [], noSubscriber: [] }, tables, endpoint: aws.url });
});

afterEach(async () => {
  clients.destroy();
  await aws.close();
});

const put = (PK: string, client: DynamoDBClient = clients.dynamoDb) =>
  client.send(
    new PutItemCommand({
      TableName,
      Item: { PK: { S: PK }, SK: { S: '1' }, pending: { S: 'P#0' } },
      ConditionExpression: 'attribute_not_exists(PK)',
    }),
  );
const has = async (PK: string) =>
  (await clients.dynamoDb.send(new GetItemCommand({ TableName, Key: { PK: { S: PK }, SK: { S: '1' } } }))).Item !== undefined;
const pending = async () => {
  const query = new QueryCommand({
    TableName,
    IndexName: 'pending',
    KeyConditionExpression: 'pending = :p',
    ExpressionAttributeValues: { ':p': { S: 'P#0' } },
  });
  return ((await clients.dynamoDb.send(query)).Items ?? []).map((item) => item['PK']?.S);
};
const createQueue = async () => (await clients.sqs.send(new CreateQueueCommand({ QueueName: 'q' }))).QueueUrl ?? '';
const receive = async (QueueUrl: string, WaitTimeSeconds = 0) =>
  (await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }))).Messages ?? [];
const post = (profile: string) => fetch(`${aws.url}/_local/faults`, { method: 'POST', body: profile });

test('a new run has all switches off', async () => {
  expect(aws.faults).toEqual({
    bus: { duplicate: 0, reorderWindow: 0, delayMs: 0, failTarget: 0, partialPutFailure: 0, throttle: 0, resetAfterAccept: 0 },
    sqs: { duplicateReceive: 0, earlyVisibility: 0, delayMs: 0, partialBatchFailure: 0 },
    dynamodb: { throttle: 0, replyLost: 0, indexLagMs: 0 },
    paused: false,
    clockOffsetMs: 0,
  });
});

test('a profile that is posted changes what it names and keeps the rest', async () => {
  expect((await post(JSON.stringify(developmentFaults))).status).toBe(200);
  await post('{"sqs":{"delayMs":5}}');
  const faults = await (await fetch(`${aws.url}/_local/faults`)).json();
  expect(faults).toMatchObject({ bus: { duplicate: 0.1, reorderWindow: 5 }, sqs: { duplicateReceive: 0.03, delayMs: 5 } });
});

test.each([
  ['{"sqs":{"typo":1}}', 'There is no switch faults.sqs.typo'],
  ['{"dynamodb":{"throttle":"yes"}}', 'faults.dynamodb.throttle must be a number'],
  ['{"bus":3}', 'faults.bus must be an object'],
  ['nonsense', 'not JSON'],
])('the profile %s is refused and changes nothing', async (profile, reason) => {
  const before = structuredClone(aws.faults);
  const answer = await post(profile);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(reason);
  expect(aws.faults).toEqual(before);
});

test('the same seed gives the same sequence, another seed another one', () => {
  const sequence = (seed: number) => Array.from({ length: 1_000 }, seededRandom(seed));
  expect(sequence(1)).toEqual(sequence(1));
  expect(sequence(1)).not.toEqual(sequence(2));
  expect(Math.min(...sequence(1))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...sequence(1))).toBeLessThan(1);
});

test('DynamoDB throttle: the call is refused before it does anything', async () => {
  aws.faults.dynamodb.throttle = 1;
  await expect(put('a')).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
  aws.faults.dynamodb.throttle = 0;
  expect(await has('a')).toBe(false);
  await put('a');
  expect(await has('a')).toBe(true);
});

test('DynamoDB reply lost: the item is written although the client sees a broken connection', async () => {
  aws.faults.dynamodb.replyLost = 1;
  await expect(put('a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await has('a')).toBe(true);
});

test('DynamoDB reply lost: the retry of the SDK meets its own write', async () => {
  const retrying = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  aws.faults.dynamodb.replyLost = 1;
  await expect(put('a', retrying)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  retrying.destroy();
});

test('DynamoDB index lag: the table has the item at once, the index shows it late and loses it late', async () => {
  await put('prompt');
  expect(await pending()).toEqual(['prompt']);
  aws.faults.dynamodb.indexLagMs = 60_000;
  await put('late');
  expect(await has('late')).toBe(true);
  expect(await pending()).toEqual(['prompt']);
  const Key = { PK: { S: 'prompt' }, SK: { S: '1' } };
  await clients.dynamoDb.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE pending' }));
  expect(await pending()).toEqual(['prompt']);
  aws.faults.clockOffsetMs = 60_000;
  expect(await pending()).toEqual(['late']);
});

test('DynamoDB index lag: items written in order appear out of order', async () => {
  aws.faults.dynamodb.indexLagMs = 1_000;
  const keys = Array.from({ length: 10 }, (_, index) => `k${index}`);
  for (const key of keys) await put(key);
  const order: string[] = [];
  for (let offset = 0; order.length < keys.length && offset <= 2_000; offset += 20) {
    aws.faults.clockOffsetMs = offset;
    for (const key of await pending()) if (key !== undefined && !order.includes(key)) order.push(key);
  }
  expect(order.toSorted()).toEqual(keys);
  expect(order).not.toEqual(keys);
});

test('SQS duplicate receive: a message in flight is handed out again', async () => {
  const url = await createQueue();
  aws.faults.sqs.duplicateReceive = 1;
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'twice' }));
  expect([(await receive(url)).length, (await receive(url)).length]).toEqual([1, 1]);
  aws.faults.sqs.duplicateReceive = 0;
  expect([(await receive(url)).length, (await receive(url)).length]).toEqual([1, 0]);
});

test('SQS early visibility: a message comes back before its visibility timeout ends', async () => {
  const url = await createQueue();
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'early' }));
  aws.faults.sqs.earlyVisibility = 1;
  expect(await receive(url)).toHaveLength(1);
  aws.faults.clockOffsetMs = 29_900;
  expect(await receive(url)).toHaveLength(1);
});

test('SQS delay: a message appears later than it was sent', async () => {
  const url = await createQueue();
  aws.faults.sqs.delayMs = 60_000;
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'late' }));
  expect(await receive(url)).toHaveLength(0);
  aws.faults.clockOffsetMs = 60_000;
  expect(await receive(url)).toHaveLength(1);
});

test('SQS partial batch failure: failed entries are named and did not happen', async () => {
  const url = await createQueue();
  aws.faults.sqs.partialBatchFailure = 0.5;
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: `m${index}` }));
  const { Successful = [], Failed = [] } = await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  expect(Successful.length * Failed.length).toBeGreaterThan(0);
  expect(Failed[0]).toMatchObject({ Code: 'InternalError', SenderFault: false });
  const messages = await receive(url);
  expect(messages.map(({ Body }) => Body).toSorted()).toEqual(Successful.map(({ Id }) => Id).toSorted());
  aws.faults.sqs.partialBatchFailure = 1;
  const deletion = { QueueUrl: url, Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle })) };
  expect((await clients.sqs.send(new DeleteMessageBatchCommand(deletion))).Failed).toHaveLength(messages.length);
});

test('bus reset after accept: the client sees a broken connection', async () => {
  const entry = { EventBusName: 'bus', Source: 's', DetailType: 'd', Detail: '{}' };
  expect((await clients.events.send(new PutEventsCommand({ Entries: [entry] }))).FailedEntryCount).toBe(0);
  aws.faults.bus.resetAfterAccept = 1;
  await expect(clients.events.send(new PutEventsCommand({ Entries: [entry] }))).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('paused: calls wait until the pause ends', async () => {
  aws.faults.paused = true;
  let answered = false;
  const call = clients.events.send(new ListEventBusesCommand({})).then(() => (answered = true));
  await sleep(300);
  expect(answered).toBe(false);
  aws.faults.paused = false;
  expect(await call).toBe(true);
});
