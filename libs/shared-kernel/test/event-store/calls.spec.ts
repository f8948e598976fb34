import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { inMessageContext } from '../../src/application/message-context.ts';
import {
  append,
  filled,
  JarFilled,
  jarContracts,
  newStream,
  opened,
  TestClock,
} from '../../src/infrastructure/event-store/event-store.contract.ts';
import { dynamoDbEventTable } from '../../src/infrastructure/event-store/dynamodb.event-table.ts';
import { EventSourcedRepository } from '../../src/infrastructure/event-store/event-sourced.repository.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import { itemBytes, type Item, type ItemKey, type QueryOptions } from '../../src/infrastructure/event-store/event-table.ts';
import { InMemoryEventTable } from '../../src/infrastructure/event-store/in-memory.event-store.ts';
import { Jar, type JarState } from './jar.fixture.ts';

/** What DynamoDB would count: calls, and the items that queries read; everything here fits into a page. */
class CountingTable extends InMemoryEventTable {
  calls: string[] = [];
  itemsRead = 0;
  lastItemBytes = 0;

  override async putNew(item: Item) {
    this.calls.push('put');
    this.lastItemBytes = itemBytes(item);
    return super.putNew(item);
  }
  override async get(key: ItemKey) {
    this.calls.push('get');
    return super.get(key);
  }
  override async *query(partition: string, options: QueryOptions) {
    this.calls.push('query');
    for await (const page of super.query(partition, options)) {
      this.itemsRead += page.length;
      yield page;
    }
  }
}

async function counted<T>(table: CountingTable, work: () => Promise<T>): Promise<{ calls: string[]; itemsRead: number }> {
  table.calls = [];
  table.itemsRead = 0;
  await work();
  return { calls: table.calls, itemsRead: table.itemsRead };
}

async function streamOf(commits: number, eventsEach = 1) {
  const table = new CountingTable();
  const store = new EventStoreService(table, jarContracts, new TestClock());
  const stream = newStream();
  let position = await append(store, stream, [opened()]);
  for (let commit = 1; commit < commits; commit++)
    position = await append(
      store,
      stream,
      Array.from({ length: eventsEach }, () => filled()),
      position,
    );
  return { table, store, stream, position };
}

test('an append is one put, whatever the number of its events', async () => {
  const { table, store, stream, position } = await streamOf(3);
  expect(await counted(table, () => append(store, stream, [filled()], position))).toEqual({ calls: ['put'], itemsRead: 0 });
  const next = await store.position(stream);
  const ninety = Array.from({ length: 90 }, () => filled());
  expect(await counted(table, () => append(store, stream, ninety, next))).toEqual({ calls: ['put'], itemsRead: 0 });
});

test('a lost race costs one call more, a repeated append too unless others have gone on', async () => {
  const { table, store, stream, position } = await streamOf(3);
  const append1 = (commitId: string) => append(store, stream, [filled()], position, commitId);
  await append1('decision-1');
  const lost = () => expect(append1('decision-2')).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT', expected: 3 });
  expect(await counted(table, lost)).toMatchObject({ calls: ['put', 'query'] });
  expect(await counted(table, () => append1('decision-1'))).toMatchObject({ calls: ['put', 'query'] });
  await append(store, stream, [filled()], await store.position(stream));
  expect(await counted(table, () => append1('decision-1'))).toMatchObject({ calls: ['put', 'query', 'get'] });
});

test('a commit of one event fits into one write unit up to 256 bytes of payload, with ids as they are in a running system', async () => {
  const { table, store, stream, position } = await streamOf(1);
  const [messageId, correlationId, ownerId, id] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const note = 'x'.repeat(256 - JSON.stringify({ ownerId, note: '' }).length);
  const { version } = await inMessageContext(
    { messageId, correlationId, traceparent, actor: { id, type: 'user', role: 'student' } },
    () => store.append(stream, [new JarFilled({ ownerId, note })], { expected: position, commitId: randomUUID() }),
  );
  expect(version).toBe(2);
  expect(table.lastItemBytes).toBeLessThanOrEqual(1024);
});

test('G35 the current version costs one item, and a read after a version costs its tail', async () => {
  const { table, store, stream } = await streamOf(200);
  expect(await counted(table, () => store.currentVersion(stream))).toEqual({ calls: ['query'], itemsRead: 1 });
  expect(await counted(table, () => store.loadEventsAfterVersion('Jar', stream.aggregateId, 190))).toEqual({
    calls: ['query'],
    itemsRead: 10,
  });
  expect(await counted(table, () => store.readStream(stream).all())).toEqual({ calls: ['query'], itemsRead: 200 });
  expect(await counted(table, () => store.readRecent(stream, 20))).toEqual({ calls: ['query'], itemsRead: 20 });
});

test('a read that begins inside of a commit costs one more call, for that commit', async () => {
  const { table, store, stream } = await streamOf(11, 10);
  expect(await counted(table, () => store.loadEventsAfterVersion('Jar', stream.aggregateId, 96))).toEqual({
    calls: ['query', 'query'],
    itemsRead: 1,
  });
});

test('a load costs a few commits however long the stream is and however large they are; up to 25 commits it is one call', async () => {
  const table = new CountingTable();
  const store = new EventStoreService(table, jarContracts, new TestClock());
  const jarOf = async (commits: number, eventsEach: number, snapshotEvery: number) => {
    const jars = new EventSourcedRepository<JarState, Jar>(store, Jar, { snapshotEvery });
    const { id } = await inMessageContext(
      { messageId: 'm-1', correlationId: 'c-1', actor: { id: 'u-1', type: 'user' } },
      async () => {
        const jar = Jar.open();
        for (let commit = 1; commit <= commits; commit++) {
          for (let event = commit === 1 ? 1 : 0; event < eventsEach; event++) jar.fill('x');
          await jars.save(jar);
        }
        return jar;
      },
    );
    await jars.idle();
    return counted(table, () => new EventSourcedRepository<JarState, Jar>(store, Jar).get(id));
  };
  expect(await jarOf(25, 1, 1)).toEqual({ calls: ['query'], itemsRead: 25 });
  expect(await jarOf(40, 1, 1)).toEqual({ calls: ['query', 'query'], itemsRead: 25 + 40 });
  expect(await jarOf(200, 10, 10)).toEqual({ calls: ['query', 'get'], itemsRead: 25 });
});

test('no call is copied for the log of its client', async () => {
  const heard: unknown[] = [];
  const ignore = () => undefined;
  const client = new DynamoDBClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    logger: { debug: ignore, info: ignore, warn: ignore, error: (entry: unknown) => void heard.push(entry) },
  });
  await expect(client.send(new GetItemCommand({ TableName: 't', Key: {} }))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(heard).toHaveLength(1);
  await expect(dynamoDbEventTable(client, 't').get({ partition: 'JAR#1', sort: 'STATE' })).rejects.toMatchObject({
    code: 'EVENT_STORE_UNAVAILABLE',
  });
  expect(heard).toHaveLength(1);
  client.destroy();
});

const read = async (path: string) => readFile(new URL(`../../../../${path}`, import.meta.url), 'utf8');

test('the policy of the service that owns the table allows the calls that the event store makes, and no others', async () => {
  const [module, adapter] = await Promise.all([
    read('infrastructure/modules/shared/event-store/main.tf'),
    read('libs/shared-kernel/src/infrastructure/event-store/dynamodb.event-table.ts'),
  ]);
  const allowed = new Set([...module.matchAll(/"dynamodb:(\w+)"/g)].map(([, action]) => action));
  const made = new Set([...adapter.matchAll(/new (\w+)Command\(/g)].map(([, action]) => action));
  expect(made.size).toBeGreaterThan(0);
  expect([...made].toSorted()).toEqual([...allowed].toSorted());
});
