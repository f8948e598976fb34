import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startLocalAws, type LocalAws } from '@edtech/local-aws';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { eventStoreContract } from '../../src/infrastructure/event-store/event-store.contract.ts';
import { eventStoreServiceContract } from './event-store-service.contract.ts';
import {
  createEventTable,
  dynamoDbClient,
  inMemoryTable,
  simulatedTable,
  underTest,
  type FragileTable,
} from './event-tables.fixture.ts';

const PEER = process.env['PEER_DYNAMODB_URL'];

describe('the event store in memory', () => {
  const table = inMemoryTable();
  eventStoreContract(test, () => underTest(table));
  eventStoreServiceContract(() => table);
});

describe('the event store of a simulation', () => {
  const table = simulatedTable();
  eventStoreContract(test, () => underTest(table));
  eventStoreServiceContract(() => table);
});

describe('the event store on DynamoDB of local-aws', () => {
  let aws: LocalAws;
  let client: DynamoDBClient;
  let table: FragileTable;

  beforeAll(async () => {
    aws = await startLocalAws({ port: 0 });
    client = dynamoDbClient(aws.url);
    table = await createEventTable(client);
  });
  afterAll(async () => {
    client.destroy();
    await aws.close();
  });

  eventStoreContract(test, () => underTest(table));
  eventStoreServiceContract(() => table);
});

describe.skipIf(PEER === undefined)(
  PEER === undefined
    ? 'SKIPPED: the event store on DynamoDB of a peer, PEER_DYNAMODB_URL is not set'
    : `the event store on DynamoDB at ${PEER}`,
  () => {
    const client = dynamoDbClient(PEER ?? '');
    let table: FragileTable;

    beforeAll(async () => {
      table = await createEventTable(client);
    });
    afterAll(() => client.destroy());

    eventStoreContract(test, () => underTest(table));
    eventStoreServiceContract(() => table);
  },
);
