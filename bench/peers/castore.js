import { createRequire } from 'node:module';
import { DynamoDBSingleTableEventStorageAdapter } from '@castore/event-storage-adapter-dynamodb';
import { EventStore, EventType } from '@castore/core';

const require = createRequire(import.meta.url);
const versionOf = (name) => require(`./node_modules/${name}/package.json`).version;

export const versions = Object.fromEntries(
  ['@castore/core', '@castore/event-storage-adapter-dynamodb'].map((name) => [name, versionOf(name)]),
);

/** The keys of its table, as its documentation gives them. */
export const table = {
  KeySchema: [
    { AttributeName: 'aggregateId', KeyType: 'HASH' },
    { AttributeName: 'version', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'aggregateId', AttributeType: 'S' },
    { AttributeName: 'version', AttributeType: 'N' },
    { AttributeName: 'eventStoreId', AttributeType: 'S' },
    { AttributeName: 'timestamp', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'initialEvents',
      KeySchema: [
        { AttributeName: 'eventStoreId', KeyType: 'HASH' },
        { AttributeName: 'timestamp', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

export function open(client, tableName) {
  const store = new EventStore({
    eventStoreId: 'PAYMENT',
    eventTypes: [new EventType({ type: 'payment.created' }), new EventType({ type: 'payment.noted' })],
    reducer: (aggregate, { aggregateId, version, type }) => ({
      aggregateId,
      version,
      notes: (aggregate?.notes ?? 0) + (type === 'payment.noted' ? 1 : 0),
    }),
    eventStorageAdapter: new DynamoDBSingleTableEventStorageAdapter({ tableName, dynamoDBClient: client }),
  });
  const event = (aggregateId, version, { type, payload, metadata }) => ({ aggregateId, version, type, payload, metadata });
  return {
    async push(id, version, given) {
      await store.pushEvent(event(id, version, given));
    },
    async pushGroup(id, version, given) {
      const [first, ...others] = given.map((each, at) => store.groupEvent(event(id, version + at, each)));
      await EventStore.pushEventGroup(first, ...others);
    },
    async load(id) {
      const { aggregate } = await store.getAggregate(id);
      return { version: aggregate?.version ?? 0, notes: aggregate?.notes ?? 0 };
    },
  };
}
