import { generateKeyPairSync } from 'node:crypto';
import 'reflect-metadata';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { Injectable, Module } from '@nestjs/common';
import { contracts, subscriptions } from '@edtech/contracts';
import { brokenPayments } from '@edtech/payment-service/testing';
import { BaseDomainEvent, Projection, Subscription, type ServiceDefinition } from '@edtech/shared-kernel';
import { digestOf, lineOf, World, type ServiceTwins } from '@edtech/shared-kernel/testing';
import { userServiceTwins } from '@edtech/user-service/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../libs/shared-kernel/src/infrastructure/service/discover-reactions.ts';
import { KernelModule } from '../../../libs/shared-kernel/src/infrastructure/service/kernel.module.ts';
import { openKernel } from '../../../libs/shared-kernel/src/infrastructure/service/service-kernel.ts';
import { openWorlds, runSeed, runSimulations, SIMULATED, type Worlds } from './simulation.ts';
import { playsPayments } from './simulation-workload.ts';

const plain = { rules: subscriptions, contracts };

class UserCreatedEvent extends BaseDomainEvent {
  static override readonly EVENT_NAME = 'user.created';
}

@EventsHandler(UserCreatedEvent)
@Subscription('user-service.a-new-one')
class ANewHandler implements IEventHandler<UserCreatedEvent> {
  async handle(): Promise<void> {}
}

@Injectable()
class ANewProjection extends Projection {
  override readonly name = 'user-service.a-new-one';
  override readonly tables = ['nothing'];
  override readonly events = ['user.created'];
  override async project(): Promise<void> {}
}

abstract class APort {}

@Injectable()
class NeedsThePort {
  constructor(readonly port: APort) {}
}

/** The service with more in its module. */
function extended({ definition, ...twins }: ServiceTwins, added: readonly (typeof ANewHandler | object)[]): ServiceTwins {
  class ExtendedModule {}
  const providers: unknown[] = Reflect.getMetadata('providers', definition.module);
  Module({ providers: [...providers, ...added].filter(isProvider) })(ExtendedModule);
  return { ...twins, definition: { ...definition, module: ExtendedModule } };
}

function isProvider(value: unknown): value is typeof ANewHandler {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

/** What the real start of the service finds. No connection is opened. */
async function workOf(definition: ServiceDefinition): Promise<string[]> {
  const kernel = openKernel(definition, {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'nobody@example.org',
    JWT_ISSUER: 'https://issuer.example.org',
    JWT_AUDIENCE: 'platform',
    JWKS_URL: 'https://issuer.example.org/keys',
    EVENT_BUS_NAME: 'platform',
    DOCUMENTS_FOLDER: '/nowhere',
    LOG_LEVEL: 'silent',
    PAYMENT_SERVICE_URL: 'http://127.0.0.1:1',
    SERVICE_KEY: JSON.stringify({ ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid: 'nobody' }),
  });
  const providers: unknown[] = Reflect.getMetadata('providers', definition.module);
  class WithoutTheEdge {}
  Module({ providers: providers.filter(isProvider), imports: [KernelModule.of(kernel)] })(WithoutTheEdge);
  const app = await NestFactory.create(WithoutTheEdge, new FastifyAdapter(), { logger: false, abortOnError: false });
  const { reactions, sagas, projections, jobs } = discover(app.get(DiscoveryService));
  const named = [...sagas, ...projections, ...jobs].map(({ name }) => name);
  return [...reactions.map(({ reaction }) => reaction.subscription), ...named].toSorted();
}

function simulatedIn(world: World, service: string): string[] {
  const found = world.services.find(({ name }) => name === service);
  const named = [...(found?.projections ?? []), ...(found?.jobs ?? [])].map(({ name }) => name);
  return [...(found?.reactions ?? []).map(({ subscription }) => subscription), ...named].toSorted();
}

/** Read each reason before adding one: what is listed here is fuzzed by nobody. */
const NOT_SIMULATED = {
  'identity-service': ['identity-service.key-rotation'],
  'user-service': [],
  'tutor-service': [],
  'admin-service': ['admin-service.audit-checkpoint'],
  'payment-service': [
    'payment-service.fake-webhook-sender',
    'payment-service.ledger',
    'payment-service.payment_view',
    'payment-service.refund_queue',
    'payment-service.settlement_daily',
    'payment-service.student_history',
  ],
};

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});

describe('what is simulated', () => {
  test.each(SIMULATED)(
    'is everything that the real module of $definition.name does by itself, and what is not is listed',
    async (twins) => {
      const { definition, unsimulated = {} } = twins;
      const there = await workOf(definition);
      const simulated = simulatedIn(worlds.whole, definition.name);
      expect(simulated.length).toBeGreaterThan(5);
      expect([...simulated, ...Object.keys(unsimulated)].toSorted()).toEqual(there);
      expect(Object.keys(unsimulated).toSorted()).toEqual(new Map(Object.entries(NOT_SIMULATED)).get(definition.name));
    },
  );

  test('includes a new handler without anybody listing it', async () => {
    const more = await World.open({ services: [extended(userServiceTwins, [ANewHandler])], ...plain });
    expect(simulatedIn(more, 'user-service')).toEqual(
      [...simulatedIn(worlds.whole, 'user-service'), 'user-service.a-new-one'].toSorted(),
    );
  });

  test('cannot leave out a port: it is named', async () => {
    const missing = { code: 'MISSING_TWIN', service: 'user-service', message: expect.stringContaining('APort') };
    const added = [NeedsThePort, { provide: APort, useValue: {} }];
    await expect(World.open({ services: [extended(userServiceTwins, added)], ...plain })).rejects.toMatchObject(missing);
    await expect(World.open({ services: [extended(userServiceTwins, [NeedsThePort])], ...plain })).rejects.toMatchObject(missing);
  });
});

/** By the invariant that names it. */
const caught: readonly (readonly [keyof typeof brokenPayments, string])[] = [
  ['marks taken off of what was not copied', 'I10'],
  ['a refund saga that does not ask again', 'I7'],
  ['an end that overtook its booking is forgotten', 'I8'],
  ['a new key for each request of a refund', 'I8'],
];

describe('a projection or a job', () => {
  const open = (twins: ServiceTwins): Promise<World> => World.open({ services: [twins], ...plain });

  test('without a twin of its statements is named, unless its service says why it is left out', async () => {
    const twins = extended(userServiceTwins, [ANewProjection]);
    const missing = { code: 'MISSING_TWIN', message: expect.stringContaining('user-service.a-new-one') };
    expect(simulatedIn(await open(userServiceTwins), 'user-service')).toEqual(simulatedIn(worlds.whole, 'user-service'));
    await expect(open(twins)).rejects.toMatchObject(missing);
    const without = await open({ ...twins, unsimulated: { 'user-service.a-new-one': 'only here' } });
    expect(simulatedIn(without, 'user-service')).toEqual(simulatedIn(worlds.whole, 'user-service'));
  });

  test('that is not there cannot be left out', async () => {
    const stale = { ...userServiceTwins, unsimulated: { 'user-service.an-old-one': 'it was removed' } };
    await expect(open(stale)).rejects.toThrow('user-service has no user-service.an-old-one that could be left out');
  });
});

describe('a bug in payment-service', () => {
  test('has its case here', () => {
    expect(caught.map(([bug]) => bug).toSorted()).toEqual(Object.keys(brokenPayments).toSorted());
  });

  test.each(caught)(
    '%s: caught by %s, and the same seed is clean without it',
    async (bug, invariant) => {
      const services = SIMULATED.map((twins) => (twins.definition.name === 'payment-service' ? brokenPayments[bug] : twins));
      const broken = { ...worlds, whole: await World.open({ services, ...plain }) };
      for (const seed of Array.from({ length: 1_000 }, (_, index) => index + 1).filter(playsPayments)) {
        const { violations } = await runSeed(broken, seed);
        if (!violations.some((violation) => violation.invariant === invariant)) continue;
        expect((await runSeed(worlds, seed)).violations).toEqual([]);
        return;
      }
      expect.unreachable(`${bug} survived`);
    },
    120_000,
  );
});

describe('the platform', () => {
  test.each([11, 16])('is simulated as a pure function of the seed %i', async (seed) => {
    const first = await runSeed(worlds, seed);
    await runSeed(worlds, seed + 8);
    const again = await runSeed(await openWorlds(), seed);
    expect(again.trace.map(lineOf)).toEqual(first.trace.map(lineOf));
    expect(digestOf(again)).toBe(digestOf(first));
  });

  test('keeps its promises under crashes, delays, duplicates, reordering and lost messages', async () => {
    const report = await runSimulations({ seeds: 100, from: 1, budgetMs: 100_000 });
    expect(report.failures).toEqual([]);
    expect(report.runs).toBeGreaterThanOrEqual(20);
    expect(report.events / report.runs).toBeGreaterThan(20);
    expect(report.crashes).toBeGreaterThan(report.runs / 2);
  }, 120_000);
});
