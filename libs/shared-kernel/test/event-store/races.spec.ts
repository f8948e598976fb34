import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startLocalAws, type LocalAws } from '@edtech/local-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoDbEventTable } from '../../src/infrastructure/event-store/dynamodb.event-table.ts';
import {
  append,
  filled,
  jarContracts,
  newStream,
  opened,
  TestClock,
  versions,
} from '../../src/infrastructure/event-store/event-store.contract.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import { FaultProxy } from '../../src/testing/faults/fault-proxy.ts';
import { createEventTable, dynamoDbClient, inMemoryTable } from './event-tables.fixture.ts';

const RACERS = 50;
/** On DynamoDB 200 take minutes on two cores and are run by name: `EVENT_STORE_RACES=200`. */
const RACES = Number(process.env['EVENT_STORE_RACES'] ?? 8);

let aws: LocalAws;
let client: DynamoDBClient;
let tableName: string;

beforeAll(async () => {
  aws = await startLocalAws({ port: 0 });
  client = dynamoDbClient(aws.url);
  tableName = (await createEventTable(client)).name;
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});

const storeOver = (over: DynamoDBClient, clock = new TestClock()) =>
  new EventStoreService(dynamoDbEventTable(over, tableName), jarContracts, clock);

const inMemory = inMemoryTable().table;

test.each([
  { where: 'in memory', races: 200, table: () => inMemory },
  { where: 'on DynamoDB of local-aws', races: RACES, table: () => dynamoDbEventTable(client, tableName) },
])(
  `G29 G33 ${RACERS} writers race for each of $races versions $where, their clocks a day apart: one wins, the others get typed conflicts`,
  { timeout: 30_000 + RACES * 3_000 },
  async ({ races, table }) => {
    const storeOver = (clock = new TestClock()) => new EventStoreService(table(), jarContracts, clock);
    const stream = newStream();
    const racers = versions(1, RACERS).map((racer) => {
      const clock = new TestClock();
      clock.advance((racer - RACERS / 2) * 3_600_000);
      return storeOver(clock);
    });
    let position = await append(storeOver(), stream, [opened()]);
    const winners: string[] = [];
    for (let race = 1; race <= races; race++) {
      const from = position;
      const outcomes = await Promise.allSettled(
        racers.map((store, racer) => append(store, stream, [filled(`${race}:${racer}`)], from)),
      );
      const won = outcomes.flatMap((outcome, racer) => (outcome.status === 'fulfilled' ? [{ racer, at: outcome.value }] : []));
      expect(won).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: 'CONCURRENCY_CONFLICT', expected: race, actual: race + 1 });
      }
      position = won[0]?.at ?? position;
      winners.push(`${race}:${won[0]?.racer}`);
    }
    const events = await storeOver().readStream(stream).all();
    expect(events.map(({ streamVersion }) => streamVersion)).toEqual(versions(1, races + 1));
    expect(events.slice(1).map(({ payload }) => ('note' in payload ? payload.note : ''))).toEqual(winners);
    expect(await storeOver().verify(stream)).toEqual(position);
  },
);

describe('when the reply of an append gets lost on its way', () => {
  let proxy: FaultProxy;
  let repeating: DynamoDBClient;
  let single: DynamoDBClient;

  beforeAll(async () => {
    proxy = await FaultProxy.start({ target: { host: '127.0.0.1', port: aws.port } });
    repeating = dynamoDbClient(proxy.url);
    single = dynamoDbClient(proxy.url, 1);
  });
  afterAll(async () => {
    repeating.destroy();
    single.destroy();
    await proxy.close();
  });

  const loseReplies = (next: number) =>
    proxy.resetAfterForwarding({ next, when: (request) => request.includes('DynamoDB_20120810.PutItem') });

  test('G40 the caller sees success, and the events are there once', async () => {
    const store = storeOver(repeating);
    const stream = newStream();
    const first = await append(store, stream, [opened()]);
    const resets = proxy.resets;
    for (const lost of [1, 2]) {
      const before = await store.position(stream);
      loseReplies(lost);
      const after = await append(store, stream, [filled(`a${lost}`), filled(`b${lost}`)], before);
      expect(after.version).toBe(first.version + 2 * lost);
    }
    expect(proxy.resets).toBe(resets + 3);
    const notes = (await store.readStream(stream).all()).map(({ payload }) => ('note' in payload ? payload.note : 'opened'));
    expect(notes).toEqual(['opened', 'a1', 'b1', 'a2', 'b2']);
    await store.verify(stream);
  });

  test('G40 a caller that saw an error repeats the append a day later and others’ commits later: still once', async () => {
    const clock = new TestClock();
    const store = storeOver(single, clock);
    const stream = newStream();
    const first = await append(store, stream, [opened()]);
    const resets = proxy.resets;
    loseReplies(1);
    const attempt = () => append(store, stream, [filled('a'), filled('b')], first, 'decision-1');
    await expect(attempt()).rejects.toMatchObject({ code: 'EVENT_STORE_UNAVAILABLE', cause: { code: 'ECONNRESET' } });
    expect(proxy.resets).toBe(resets + 1);
    const stored = await store.position(stream);
    expect(stored.version).toBe(3);
    await append(storeOver(client), stream, [filled('others')], stored);
    clock.advance(24 * 3_600_000);
    expect(await attempt()).toEqual(stored);
    expect(await store.currentVersion(stream)).toBe(4);
    await expect(append(store, stream, [filled('a'), filled('b')], first, 'decision-2')).rejects.toMatchObject({
      code: 'CONCURRENCY_CONFLICT',
      expected: 1,
      actual: 4,
    });
  });
});
