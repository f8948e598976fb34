import { CreateTableCommand, DeleteItemCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TablesFile } from '@edtech/local-aws';
import type { StreamName } from '../../src/application/event-store.ts';
import { dynamoDbEventTable } from '../../src/infrastructure/event-store/dynamodb.event-table.ts';
import type { EventTable, Item, ItemKey } from '../../src/infrastructure/event-store/event-table.ts';
import { InMemoryEventStore, InMemoryEventTable } from '../../src/infrastructure/event-store/in-memory.event-store.ts';
import type { EventRecord } from '../../src/infrastructure/event-store/stored-commit.ts';
import { commitKey, COMMITS } from '../../src/infrastructure/event-store/stream-keys.ts';
import { FreeScheduler } from '../../src/testing/simulation/scheduler.ts';
import { SimulatedEventTable } from '../../src/testing/simulation/simulated-event-table.ts';
import { VirtualClock } from '../../src/testing/simulation/virtual-clock.ts';
import type { EventStoreUnderTest } from '../../src/infrastructure/event-store/event-store.contract.ts';

/** A table that can lose an item. */
export interface FragileTable {
  readonly table: EventTable;
  readonly remove: (key: ItemKey) => Promise<void>;
}

export function inMemoryTable(): FragileTable {
  const table = new InMemoryEventTable();
  return { table, remove: async (key) => table.remove(key) };
}

/** One in which nothing goes wrong and nobody waits for a turn. */
export function simulatedTable(): FragileTable {
  const table = new SimulatedEventTable({ scheduler: new FreeScheduler(new VirtualClock(), undefined), owner: 'jar-service' });
  return { table, remove: async (key) => table.remove(key) };
}

/** Repeats calls as the SDK does, unless told otherwise. */
export function dynamoDbClient(endpoint: string, maxAttempts = 3): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

/** The table of tables.json under a name of its own. */
export async function createEventTable(client: DynamoDBClient): Promise<{ name: string } & FragileTable> {
  const file = new URL('../../../../infrastructure/events/tables.json', import.meta.url);
  const { tables }: TablesFile = JSON.parse(await readFile(file, 'utf8'));
  const spec = tables.find(({ name }) => name === 'edtech-event-store');
  if (spec === undefined) throw new Error('tables.json does not describe the event store');
  const name = `event-store-${randomUUID()}`;
  const keys = ({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) => [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
  const attributes = new Set([spec, ...spec.indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]));
  await client.send(
    new CreateTableCommand({
      TableName: name,
      KeySchema: keys(spec),
      AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      GlobalSecondaryIndexes: spec.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index),
        Projection: { ProjectionType: index.projection },
      })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: name });
  return {
    name,
    table: dynamoDbEventTable(client, name),
    async remove({ partition, sort }) {
      await client.send(new DeleteItemCommand({ TableName: name, Key: { PK: { S: partition }, SK: { S: sort } } }));
    },
  };
}

/** What the contract suite does behind the store's back, in the terms of the table. */
export function underTest({ table, remove }: FragileTable): EventStoreUnderTest {
  const partitionOf = ({ aggregateType, aggregateId }: StreamName) => `${aggregateType.toUpperCase()}#${aggregateId}`;
  const itemAt = async (stream: StreamName, version: number): Promise<Item> => {
    const item = await table.get({ partition: partitionOf(stream), sort: commitKey(version) });
    if (item === undefined) throw new Error(`no commit begins with version ${version}`);
    return item;
  };

  return {
    open: (contracts, clock) => new InMemoryEventStore(contracts, clock, { table }),
    async edit(stream, version) {
      const range = { from: COMMITS.from, to: commitKey(version), newestFirst: true, pageSize: 1 };
      for await (const [item] of table.query(partitionOf(stream), range)) {
        if (item === undefined) throw new Error(`no commit holds version ${version}`);
        await table.replace(edited(item, version));
        return;
      }
    },
    remove: (stream, version) => remove({ partition: partitionOf(stream), sort: commitKey(version) }),
    async swap(stream, one, other) {
      const [first, second] = [await itemAt(stream, one), await itemAt(stream, other)];
      await table.replace({ ...second, SK: { S: commitKey(one) }, version: { N: String(one) } });
      await table.replace({ ...first, SK: { S: commitKey(other) }, version: { N: String(other) } });
    },
  };
}

function edited(item: Item, version: number): Item {
  const change = (text = '') => text.replace('owner-1', 'owner-2');
  if (item['version']?.N === String(version)) return { ...item, payload: { S: change(item['payload']?.S) } };
  const more: EventRecord[] = JSON.parse(item['more']?.S ?? '[]');
  const records = more.map((record) => (record.version === version ? JSON.parse(change(JSON.stringify(record))) : record));
  return { ...item, more: { S: JSON.stringify(records) } };
}
