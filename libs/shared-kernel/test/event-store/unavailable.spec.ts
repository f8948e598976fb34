import { createServer, type AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startLocalAws, type LocalAws } from '@edtech/local-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { retryThenPark } from '../../src/application/failure-policy.ts';
import { dynamoDbEventTable } from '../../src/infrastructure/event-store/dynamodb.event-table.ts';
import { append, jarContracts, newStream, opened, TestClock } from '../../src/infrastructure/event-store/event-store.contract.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import { problemOf } from '../../src/infrastructure/http/problem.ts';
import { ProblemCodes } from '../../src/infrastructure/http/problem-codes.ts';
import { LampShop, busBody, queueRecord } from '../consumer/lamp-shop.ts';
import { lampEvent } from '../test-contracts.ts';
import { createEventTable, dynamoDbClient } from './event-tables.fixture.ts';

let aws: LocalAws;
let tableName: string;
const clients: DynamoDBClient[] = [];

beforeAll(async () => {
  aws = await startLocalAws({ port: 0 });
  const client = dynamoDbClient(aws.url);
  clients.push(client);
  tableName = (await createEventTable(client)).name;
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await aws.close();
});

function storeAt(endpoint: string, name = tableName): EventStoreService {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { connectionTimeout: 200, requestTimeout: 200, throwOnRequestTimeout: true },
  });
  clients.push(client);
  return new EventStoreService(dynamoDbEventTable(client, name), jarContracts, new TestClock());
}

async function failureOf(store: EventStoreService): Promise<unknown> {
  return append(store, newStream(), [opened()]).then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

async function withSilentServer<T>(work: (url: string) => Promise<T>): Promise<T> {
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createServer((socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  try {
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

async function throttled<T>(work: () => Promise<T>): Promise<T> {
  const set = (throttle: number) =>
    fetch(`${aws.url}/_local/faults`, { method: 'POST', body: JSON.stringify({ dynamodb: { throttle } }) });
  expect((await set(1)).ok).toBe(true);
  try {
    return await work();
  } finally {
    await set(0);
  }
}

const AWAY = [
  ['that nobody listens at', () => failureOf(storeAt('http://127.0.0.1:1'))],
  ['that does not answer in time', () => withSilentServer((url) => failureOf(storeAt(url)))],
  ['that throttles', () => throttled(() => failureOf(storeAt(aws.url)))],
] as const;

describe.each(AWAY)('an event store %s', (_case, fail) => {
  test('is unavailable: the request is answered by 503 and when to come back, and is never parked', async () => {
    const error = await fail();
    expect(error).toMatchObject({ code: 'EVENT_STORE_UNAVAILABLE' });
    const { problem, retryAfterSeconds } = problemOf(error, 'corr-1', new ProblemCodes({}));
    expect([problem.status, problem.code, retryAfterSeconds]).toEqual([503, 'UNAVAILABLE', 2]);
    for (const attempt of [1, 5, 100]) expect(retryThenPark()(error, attempt).kind).toBe('retry');
  });
});

test('what waiting does not mend stays what it is', async () => {
  const error = await failureOf(storeAt(aws.url, 'another-table'));
  expect(error).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(problemOf(error, 'corr-1', new ProblemCodes({})).problem.status).toBe(500);
  expect(retryThenPark()(error, 5).kind).toBe('park');
});

test('a message whose handler found no event store comes back later, however often, and is handled when there is one', async () => {
  const shop = await LampShop.open();
  let store = storeAt('http://127.0.0.1:1');
  const reaction = { ...shop.reaction('a'), handle: async () => void (await append(store, newStream(), [opened()])) };
  const process = shop.processor([reaction]);
  const record = queueRecord(busBody(lampEvent('l-1', 1)));
  for (let receiveCount = 1; receiveCount <= 8; receiveCount++) {
    const outcome = await process({ ...record, receiveCount });
    expect(outcome).toEqual({ retryAfterMs: expect.any(Number) });
  }
  expect(await shop.parked()).toEqual([]);
  store = storeAt(aws.url);
  expect(await process({ ...record, receiveCount: 9 })).toBe('done');
  await shop.close();
});
