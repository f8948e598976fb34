import 'reflect-metadata';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { Injectable, Module } from '@nestjs/common';
import { adminServiceTwins } from '@edtech/admin-service/testing';
import { contracts, subscriptions } from '@edtech/contracts';
import { identityServiceTwins } from '@edtech/identity-service/testing';
import { BaseDomainEvent, Subscription, type ServiceDefinition } from '@edtech/shared-kernel';
import { digestOf, lineOf, World, type ServiceTwins } from '@edtech/shared-kernel/testing';
import { tutorServiceTwins } from '@edtech/tutor-service/testing';
import { userServiceTwins } from '@edtech/user-service/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../libs/shared-kernel/src/infrastructure/service/discover-reactions.ts';
import { KernelModule } from '../../../libs/shared-kernel/src/infrastructure/service/kernel.module.ts';
import { openKernel } from '../../../libs/shared-kernel/src/infrastructure/service/service-kernel.ts';
import { openWorld, runSeed, runSimulations } from './simulation.ts';

const services = [identityServiceTwins, userServiceTwins, tutorServiceTwins, adminServiceTwins];
const plain = { rules: subscriptions, contracts };

class UserCreatedEvent extends BaseDomainEvent {
  static override readonly EVENT_NAME = 'user.created';
}

@EventsHandler(UserCreatedEvent)
@Subscription('user-service.a-new-one')
class ANewHandler implements IEventHandler<UserCreatedEvent> {
  async handle(): Promise<void> {}
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
async function reactionsOf(definition: ServiceDefinition): Promise<string[]> {
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
  });
  const providers: unknown[] = Reflect.getMetadata('providers', definition.module);
  class WithoutTheEdge {}
  Module({ providers: providers.filter(isProvider), imports: [KernelModule.of(kernel)] })(WithoutTheEdge);
  const app = await NestFactory.create(WithoutTheEdge, new FastifyAdapter(), { logger: false, abortOnError: false });
  const { reactions, sagas } = discover(app.get(DiscoveryService));
  return [...reactions.map(({ reaction }) => reaction.subscription), ...sagas.map(({ name }) => name)].toSorted();
}

const simulatedIn = (world: World, service: string): string[] =>
  (world.services.find(({ name }) => name === service)?.reactions ?? []).map(({ subscription }) => subscription).toSorted();

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

describe('what is simulated', () => {
  test.each(services)('is everything that the real module of $definition.name reacts with', async ({ definition }) => {
    const expected = await reactionsOf(definition);
    expect(expected.length).toBeGreaterThan(5);
    expect(simulatedIn(world, definition.name)).toEqual(expected);
  });

  test('includes a new handler without anybody listing it', async () => {
    const more = await World.open({ services: [extended(userServiceTwins, [ANewHandler])], ...plain });
    expect(simulatedIn(more, 'user-service')).toEqual(
      [...simulatedIn(world, 'user-service'), 'user-service.a-new-one'].toSorted(),
    );
  });

  test('cannot leave out a port: it is named', async () => {
    const missing = { code: 'MISSING_TWIN', service: 'user-service', message: expect.stringContaining('APort') };
    const added = [NeedsThePort, { provide: APort, useValue: {} }];
    await expect(World.open({ services: [extended(userServiceTwins, added)], ...plain })).rejects.toMatchObject(missing);
    await expect(World.open({ services: [extended(userServiceTwins, [NeedsThePort])], ...plain })).rejects.toMatchObject(missing);
  });
});

describe('the platform', () => {
  test('is simulated as a pure function of the seed', async () => {
    const first = await runSeed(world, 11);
    await runSeed(world, 12);
    const again = await runSeed(await openWorld(), 11);
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
