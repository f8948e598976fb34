import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalAws, type LocalAws } from '../src/index.ts';
import { clientsFor } from './clients.ts';
import { dynamoDbContract } from './dynamodb.contract.ts';

const PEER = process.env['PEER_DYNAMODB_URL'];

describe.each(['in memory', 'on disk'])('DynamoDB of local-aws %s', (storage) => {
  let aws: LocalAws;
  let clients: ReturnType<typeof clientsFor>;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
    aws = await startLocalAws({ port: 0, ...(storage === 'on disk' && { dataDir: folder }) });
    clients = clientsFor(aws.url);
  });

  afterAll(async () => {
    clients.destroy();
    await aws.close();
    await rm(folder, { recursive: true });
  });

  dynamoDbContract(() => clients.dynamoDb);

  test('an operation that is not there is refused, not ignored', async () => {
    const command = new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: 't', Key: { PK: { S: 'a' } } } }] });
    await expect(clients.dynamoDb.send(command)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe.skipIf(PEER === undefined)(
  PEER === undefined ? 'SKIPPED: DynamoDB of a peer, PEER_DYNAMODB_URL is not set' : `DynamoDB of the peer at ${PEER}`,
  () => {
    const clients = clientsFor(PEER ?? '');
    afterAll(() => clients.destroy());
    dynamoDbContract(() => clients.dynamoDb);
  },
);
