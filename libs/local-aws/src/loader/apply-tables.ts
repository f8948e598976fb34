import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  type AttributeDefinition,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IndexSpec, TableSpec, TablesFile } from './catalogue-files.ts';
import type { ChangeLog } from './change-log.ts';

const READY_TIMEOUT_MS = 120_000;

/** Creates tables. One that exists must already be what the file says: its keys and indexes hold data and are never changed here. */
export async function applyTables(dynamoDb: DynamoDBClient, { tables }: TablesFile, log: ChangeLog): Promise<void> {
  for (const spec of tables) {
    await log.step(`table ${spec.name}`, async () => {
      const existing = await describe(dynamoDb, spec.name);
      if (existing) {
        refuseOtherShape(spec, existing);
      } else {
        await dynamoDb.send(
          new CreateTableCommand({
            TableName: spec.name,
            KeySchema: keySchema(spec),
            AttributeDefinitions: attributeDefinitions(spec),
            BillingMode: 'PAY_PER_REQUEST',
            ...(spec.indexes.length > 0 && { GlobalSecondaryIndexes: spec.indexes.map(indexDefinition) }),
          }),
        );
      }
      await untilActive(dynamoDb, spec.name);
      return existing ? 'unchanged' : 'created';
    });
  }
}

function refuseOtherShape(spec: TableSpec, existing: TableDescription): void {
  refuseOtherKeys(`table ${spec.name}`, existing.KeySchema, spec);
  const current = new Map((existing.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  for (const index of spec.indexes) {
    const found = current.get(index.name);
    if (!found) throw new Error(`it lacks the index ${index.name}; reset the data folder to get the table anew`);
    refuseOtherKeys(`index ${index.name}`, found.KeySchema, index);
    if (found.Projection?.ProjectionType !== index.projection) {
      throw new Error(
        `index ${index.name} projects ${found.Projection?.ProjectionType}, the file says ${index.projection}; use a new name`,
      );
    }
    current.delete(index.name);
  }
  const [extra] = current.keys();
  if (extra !== undefined) throw new Error(`it has an index ${extra} that the file does not name; drop it by hand`);
}

function refuseOtherKeys(
  subject: string,
  current: readonly KeySchemaElement[] | undefined,
  wanted: { partitionKey: string; sortKey: string },
): void {
  const names = (current ?? []).map(({ AttributeName }) => AttributeName).join(', ');
  const expected = `${wanted.partitionKey}, ${wanted.sortKey}`;
  if (names !== expected) throw new Error(`${subject} has the keys ${names}, the file says ${expected}; keys cannot change`);
}

const keySchema = ({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }): KeySchemaElement[] => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  { AttributeName: sortKey, KeyType: 'RANGE' },
];

const indexDefinition = (index: IndexSpec): GlobalSecondaryIndex => ({
  IndexName: index.name,
  KeySchema: keySchema(index),
  Projection: { ProjectionType: index.projection },
});

const attributeDefinitions = (spec: TableSpec): AttributeDefinition[] =>
  [...new Set([spec, ...spec.indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]))].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  }));

async function describe(dynamoDb: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamoDb.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function untilActive(dynamoDb: DynamoDBClient, name: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (let pause = 10; ; pause = Math.min(pause * 2, 2_000)) {
    const table = await describe(dynamoDb, name);
    const states = [table?.TableStatus, ...(table?.GlobalSecondaryIndexes ?? []).map(({ IndexStatus }) => IndexStatus)];
    if (states.every((state) => state === 'ACTIVE')) return;
    if (performance.now() > deadline) {
      throw new Error(`table ${name} is not active after ${READY_TIMEOUT_MS} ms: ${states.join(', ')}`);
    }
    await sleep(pause);
  }
}
