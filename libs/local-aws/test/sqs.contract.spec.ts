import { ListQueueTagsCommand } from '@aws-sdk/client-sqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalAws, type LocalAws } from '../src/index.ts';
import { clientsFor } from './clients.ts';
import { sqsContract } from './sqs.contract.ts';

const PEER = process.env['PEER_SQS_URL'];

describe.each([
  { storage: 'in memory', requestBytesLimit: 1_048_576 },
  { storage: 'on disk', requestBytesLimit: 262_144 },
])('SQS of local-aws $storage with batches up to $requestBytesLimit bytes', ({ storage, requestBytesLimit }) => {
  let aws: LocalAws;
  let clients: ReturnType<typeof clientsFor>;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
    aws = await startLocalAws({ port: 0, requestBytesLimit, ...(storage === 'on disk' && { dataDir: folder }) });
    clients = clientsFor(aws.url);
  });

  afterAll(async () => {
    clients.destroy();
    await aws.close();
    await rm(folder, { recursive: true });
  });

  sqsContract(() => clients.sqs, requestBytesLimit);

  test('an operation that is not there is refused by name', async () => {
    const command = new ListQueueTagsCommand({ QueueUrl: `${aws.url}/000000000000/q` });
    await expect(clients.sqs.send(command)).rejects.toThrow('local-aws does not have the SQS operation ListQueueTags');
  });
});

describe.skipIf(PEER === undefined)(
  PEER === undefined ? 'SKIPPED: SQS of a peer, PEER_SQS_URL is not set' : `SQS of the peer at ${PEER}`,
  () => {
    const clients = clientsFor(PEER ?? '');
    afterAll(() => clients.destroy());
    sqsContract(() => clients.sqs, 1_048_576);
  },
);
