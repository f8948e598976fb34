import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { eventOwnership, startLocalAws, type LocalAws } from '@edtech/local-aws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemClock } from '../src/application/clock.ts';
import { inMessageContext } from '../src/application/message-context.ts';
import { NO_STREAM } from '../src/domain/stream-position.ts';
import { OutsideProducer } from '../src/infrastructure/event-bridge/outside-producer.ts';
import { lampContracts } from './lamps.fixture.ts';

const STREAM = { aggregateType: 'Lamp', aggregateId: 'lamp-1' };
const context = { messageId: 'why', correlationId: 'all-of-it', actor: { id: 'ada', type: 'user' } } as const;
let aws: LocalAws;

beforeAll(async () => {
  const eventSources = { 'lamp-service': ['lamp.bought', 'lamp.lit'], 'chair-service': ['chair.bought'] };
  aws = await startLocalAws({
    port: 0,
    ownership: eventOwnership({ bus: 'home', queues: [], rules: [], noSubscriber: [], eventSources }),
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const bus = new EventBridgeClient({ endpoint: aws.url, region: 'us-east-1', credentials });
  await bus.send(new CreateEventBusCommand({ Name: 'home' }));
  bus.destroy();
});
afterAll(() => aws.close());

function producer(accessKeyId: string): OutsideProducer {
  return new OutsideProducer(lampContracts, new SystemClock(), { endpoint: aws.url, accessKeyId, busName: 'home' });
}

test('an event is stamped from the context and continues its stream', async () => {
  const lamps = producer('lamp-service');
  const { event, position } = await inMessageContext(context, () =>
    lamps.tell(STREAM, NO_STREAM, 'lamp.bought', { lampId: 'lamp-1', colour: 'red' }),
  );
  expect(event).toMatchObject({ streamVersion: 1, causationId: 'why', correlationId: 'all-of-it', aggregateId: 'lamp-1' });
  const next = await inMessageContext(context, () =>
    lamps.tell(STREAM, position, 'lamp.bought', { lampId: 'lamp-1', colour: 'red' }),
  );
  expect(next.event.streamVersion).toBe(2);
  lamps.close();
});

test('the bus takes from a key only the events of the service that it names', async () => {
  const chairs = producer('chair-service');
  await expect(
    inMessageContext(context, () => chairs.tell(STREAM, NO_STREAM, 'lamp.bought', { lampId: 'lamp-1', colour: 'red' })),
  ).rejects.toMatchObject({ code: 'EVENT_NOT_PUBLISHED', reason: 'NotAuthorizedForSourceException' });
  chairs.close();
});
