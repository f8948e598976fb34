import { setTimeout as sleep } from 'node:timers/promises';
import { startLocalAws, type LocalAws } from '@edtech/local-aws';
import { Controller, Module, Param, Post } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Access, startService, Subscription, UnitOfWork, type RunningService, type ServiceDefinition } from '../src/index.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { CREATE_LAMPS, Lamp, LampBought, lampContracts, LampRepository } from './lamps.fixture.ts';

const seen: string[] = [];

@EventsHandler(LampBought)
@Subscription('lamp-service.notes', { effect: 'outside' })
class NotesLamps implements IEventHandler<LampBought> {
  async handle({ payload }: LampBought): Promise<void> {
    seen.push(payload.lampId);
  }
}

@Controller('lamps')
class LampsController {
  readonly #lamps: LampRepository;
  constructor(unitOfWork: UnitOfWork) {
    this.#lamps = new LampRepository(unitOfWork);
  }
  @Post(':id')
  @Access('public')
  async buy(@Param('id') id: string): Promise<{ id: string }> {
    await this.#lamps.save(Lamp.buy(id, id));
    return { id };
  }
}

@Module({ controllers: [LampsController], providers: [NotesLamps] })
class LampServiceModule {}

const definition: ServiceDefinition = {
  name: 'lamp-service',
  module: LampServiceModule,
  contracts: lampContracts,
  migrations: [],
  problems: {},
};
let aws: LocalAws;
let db: KernelDatabase;
const services: RunningService[] = [];

beforeAll(async () => {
  aws = await startLocalAws({ port: 0 });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterAll(() => aws.close());
beforeEach(async () => {
  seen.length = 0;
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  await db.close();
});

async function start(role: string, more: Record<string, string> = {}): Promise<RunningService> {
  const service = await startService(definition, {
    DATABASE_URL: db.url,
    SMTP_URL: 'smtp://127.0.0.1:1',
    JWKS_URL: 'http://127.0.0.1:1/jwks',
    JWT_ISSUER: 'test',
    JWT_AUDIENCE: 'test',
    LOG_LEVEL: 'silent',
    ROLE: role,
    ...more,
  });
  services.push(service);
  return service;
}
async function buy(service: RunningService, id: string): Promise<number> {
  const startedAt = performance.now();
  expect((await fetch(`${service.url}/lamps/${id}`, { method: 'POST' })).status).toBe(201);
  while (!seen.includes(id)) {
    if (performance.now() - startedAt > 8_000) throw new Error(`${id} was not handled within 8 s`);
    await sleep(2);
  }
  return performance.now() - startedAt;
}
async function connections(): Promise<number> {
  const { rows } = await db.database.query({
    text: `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'lamp-service%'`,
  });
  return rows.length;
}

test('what a process that only answers requests records, a worker process handles at once', async () => {
  const http = await start('http');
  await start('worker');
  await buy(http, 'first');
  const took = [await buy(http, 'a'), await buy(http, 'b'), await buy(http, 'c')];
  expect(Math.min(...took)).toBeLessThan(500);
  expect(seen).toEqual(['first', 'a', 'b', 'c']);
});

test('F25 stop() drains and gives its leases up: another replica goes on in less than a second', async () => {
  const http = await start('http');
  const first = await start('worker');
  await buy(http, 'a');
  await start('worker');
  await first.stop();
  expect(await buy(http, 'b')).toBeLessThan(1_000);
  expect(seen).toEqual(['a', 'b']);
});

test('a start that fails leaves nothing open', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  await expect(start('all', { PORT: port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const keys = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'lamp-service' }] };
  const production = { NODE_ENV: 'production', JWKS_URL: 'https://issuer.example/jwks', SERVICE_KEYS: JSON.stringify(keys) };
  await expect(start('all', production)).rejects.toMatchObject({
    code: 'UNSAFE_DATABASE',
  });
  for (const end = Date.now() + 2_000; (await connections()) > 0 && Date.now() < end;) await sleep(20);
  expect(await connections()).toBe(0);
  taken.close();
});
