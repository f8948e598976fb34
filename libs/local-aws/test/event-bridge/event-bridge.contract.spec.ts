import { CreateConnectionCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../src/index.ts';
import { clientsFor } from '../clients.ts';
import { eventBridgeContract } from './event-bridge.contract.ts';

const PEER = process.env['PEER_EVENTBRIDGE_URL'];

describe('in memory', () => {
  let aws: LocalAws;
  let clients: ReturnType<typeof clientsFor>;

  beforeAll(async () => {
    aws = await startLocalAws({ port: 0 });
    clients = clientsFor(aws.url);
  });

  afterAll(async () => {
    clients.destroy();
    await aws.close();
  });

  eventBridgeContract('EventBridge of local-aws', () => ({ eventBridge: clients.events, sqs: clients.sqs }));

  test('an operation that is not there is refused by name', async () => {
    const AuthParameters = { ApiKeyAuthParameters: { ApiKeyName: 'k', ApiKeyValue: 'v' } };
    const command = new CreateConnectionCommand({ Name: 'c', AuthorizationType: 'API_KEY', AuthParameters });
    await expect(clients.events.send(command)).rejects.toThrow('EventBridge operation CreateConnection is not available here');
  });
});

describe.skipIf(PEER === undefined)(
  PEER === undefined ? 'SKIPPED: EventBridge of a peer, PEER_EVENTBRIDGE_URL is not set' : `at ${PEER}`,
  () => {
    const clients = clientsFor(PEER ?? '');
    afterAll(() => clients.destroy());
    eventBridgeContract('EventBridge of the peer', () => ({ eventBridge: clients.events, sqs: clients.sqs }));
  },
);
