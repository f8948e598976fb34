import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { applyCatalogue, startLocalAws, type LocalAws } from '@edtech/local-aws';
import { Body, Controller, Injectable, Module, Post } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import {
  Access,
  Consumer,
  Consumes,
  startService,
  strictBody,
  Subscription,
  UnitOfWork,
  type RecordedEvent,
  type RunningService,
  type ServiceDefinition,
} from '../src/index.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { takeMessages } from './take-messages.ts';
import { CREATE_LAMPS, Lamp, LampBought, lampContract, lampContracts, LampRepository } from './lamps.fixture.ts';

const seen: { where: string; event: string; id: string }[] = [];

@EventsHandler(LampBought)
@Subscription('lamp-service.notes')
class NoteWhenLampBought implements IEventHandler<LampBought> {
  async handle(event: LampBought): Promise<void> {
    seen.push({ where: 'handler', event: event.eventName, id: event.payload.lampId });
  }
}

const ShopOpened = { ...lampContract('shop.opened'), producer: 'shop-service', aggregateType: 'Shop' };

@Consumer({ name: 'lamp-service.shops' })
@Injectable()
class ShopEventsConsumer {
  @Consumes(ShopOpened)
  async handleShopOpened(event: RecordedEvent<{ lampId: string }>): Promise<void> {
    seen.push({ where: 'consumer', event: event.eventName, id: event.payload.lampId });
  }
}

const BuyLamp = strictBody({ id: z.string(), name: z.string() });

@Controller('lamps')
class LampsController {
  readonly #lamps: LampRepository;
  constructor(unitOfWork: UnitOfWork) {
    this.#lamps = new LampRepository(unitOfWork);
  }
  @Post()
  @Access('public')
  async buy(@Body({ schema: BuyLamp }) { id, name }: z.output<typeof BuyLamp>): Promise<{ id: string; streamVersion: number }> {
    const lamp = Lamp.buy(id, name);
    await this.#lamps.save(lamp);
    return { id, streamVersion: lamp.streamVersion };
  }
}

@Module({ controllers: [LampsController], providers: [NoteWhenLampBought, ShopEventsConsumer] })
class LampServiceModule {}

let db: KernelDatabase;
let aws: LocalAws;
let issuer: FastifyInstance;
let service: RunningService;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
  aws = await startLocalAws({ port: 0 });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const retry = { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 60 };
  await applyCatalogue({
    endpoint: aws.url,
    tables: { tables: [] },
    events: {
      bus: 'edtech-event-bus',
      queues: ['lamp-inbox', 'watch-inbox'].map((name) => ({
        name,
        dlq: `${name}-dlq`,
        maxReceiveCount: 25,
        visibilityTimeout: 30,
      })),
      rules: [
        { name: 'shops', target: 'lamp-inbox', dlq: 'lamp-inbox-dlq', retry, pattern: { source: ['shop-service'] } },
        { name: 'lamps', target: 'watch-inbox', dlq: 'watch-inbox-dlq', retry, pattern: { source: ['lamp-service'] } },
      ],
      noSubscriber: [],
    },
  });
  issuer = Fastify();
  issuer.get('/jwks', () => ({ keys: [] }));
  const definition: ServiceDefinition = {
    name: 'lamp-service',
    module: LampServiceModule,
    contracts: [...lampContracts, ShopOpened],
    migrations: [],
    problems: { NAME_TAKEN: 409 },
  };
  service = await startService(definition, {
    DATABASE_URL: db.url,
    SMTP_URL: 'smtp://127.0.0.1:1',
    JWKS_URL: `${await issuer.listen({ host: '127.0.0.1', port: 0 })}/jwks`,
    JWT_ISSUER: 'test',
    JWT_AUDIENCE: 'test',
    LOG_LEVEL: 'error',
  });
});
afterAll(async () => {
  await service.stop();
  await issuer.close();
  await aws.close();
  await db.close();
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`not seen within 10 s: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('G7 what is created over HTTP reaches its handler once and the bus once', async () => {
  const answer = await fetch(`${service.url}/lamps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'lamp-0001' },
    body: JSON.stringify({ id: 'l-1', name: 'desk' }),
  });
  expect([answer.status, answer.headers.get('etag')]).toEqual([201, '"1"']);
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const { QueueUrl: watch } = await sqs.send(new CreateQueueCommand({ QueueName: 'watch-inbox' }));
  const [message] = await takeMessages(sqs, watch ?? '');
  expect(JSON.parse(message ?? '')).toMatchObject({
    source: 'lamp-service',
    'detail-type': 'lamp.bought',
    detail: {
      aggregateId: 'l-1',
      streamVersion: 1,
      payload: { lampId: 'l-1', name: 'desk' },
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-/),
    },
  });
  await until(() => seen.some((one) => one.where === 'handler'));
  expect(seen.filter((one) => one.where === 'handler')).toEqual([{ where: 'handler', event: 'lamp.bought', id: 'l-1' }]);
  expect(await takeMessages(sqs, watch ?? '')).toEqual([]);
  sqs.destroy();
});

test('an event of another service reaches its consumer through rule and queue; garbage is parked', async () => {
  const bus = new EventBridgeClient({});
  const detail = {
    eventId: '0199a1c2-0000-7000-8000-000000000001',
    occurredAt: '2026-11-03T10:15:00.412Z',
    recordedAt: '2026-11-03T10:15:00.420Z',
    aggregateType: 'Shop',
    aggregateId: 's-1',
    streamVersion: 1,
    schemaVersion: 1,
    correlationId: 'corr-0001',
    causationId: 'request-1',
    userId: 'u-1',
    actor: { id: 'u-1', type: 'user' },
    payload: { lampId: 's-1' },
  };
  const put = (body: object): Promise<unknown> =>
    bus.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName: 'edtech-event-bus', Source: 'shop-service', DetailType: 'shop.opened', Detail: JSON.stringify(body) },
        ],
      }),
    );
  await put(detail);
  await put(detail);
  await put({ ...detail, eventId: 'not a uuid' });
  await until(() => seen.some((one) => one.where === 'consumer'));
  await until(async () => (await (await fetch(`${service.url}/health`)).text()).includes('1 parked'));
  expect(seen.filter((one) => one.where === 'consumer')).toHaveLength(1);
  bus.destroy();
});

test('what the service takes from its feed and from the bus is written down at its start', async () => {
  const { rows } = await db.database.query({
    text: `SELECT subscription, event_name, road, since_position FROM subscription_events ORDER BY road, subscription, event_name`,
  });
  expect(rows).toEqual([
    { subscription: 'lamp-service.shops.handleShopOpened', event_name: 'shop.opened', road: 'bus', since_position: null },
    { subscription: 'lamp-service.event-bridge', event_name: 'lamp.bought', road: 'feed', since_position: '0' },
    { subscription: 'lamp-service.event-bridge', event_name: 'lamp.lit', road: 'feed', since_position: '0' },
    { subscription: 'lamp-service.event-bridge', event_name: 'shop.opened', road: 'feed', since_position: '0' },
    { subscription: 'lamp-service.notes', event_name: 'lamp.bought', road: 'feed', since_position: '0' },
  ]);
});

test('while the bus is away the service works, keeps what it would publish, and says at every look that it is degraded', async () => {
  const bus = async (): Promise<unknown> => {
    const health: { sources: { bus: unknown } } = JSON.parse(await (await fetch(`${service.url}/health`)).text());
    return health.sources.bus;
  };
  expect(await bus()).toEqual({ status: 'up' });
  await aws.close();
  const answer = await fetch(`${service.url}/lamps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'l-2', name: 'floor' }),
  });
  expect(answer.status).toBe(201);
  const away = { status: 'degraded', detail: 'the bus takes no events; they wait in the log' };
  await until(async () => JSON.stringify(await bus()) === JSON.stringify(away));
  for (let look = 0; look < 5; look++) expect(await bus()).toEqual(away);
});
