import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { templateDatabase, testPostgres } from '@edtech/local-postgres';
import {
  Clock,
  Database,
  DomainEventHistory,
  EventContracts,
  inMessageContext,
  kernelMigrations,
  Mailer,
  migrate,
  ParkingLot,
  readMigrations,
  retryThenPark,
  ServiceClients,
  ServiceTokens,
  SystemClock,
  Transaction,
  UnitOfWork,
  type EventReaction,
  type Principal,
  type RecordedEvent,
} from '@edtech/shared-kernel';
import { settle } from '@edtech/shared-kernel/testing';
import { inject } from 'vitest';
import { IdempotencyStore } from '../../../libs/shared-kernel/src/application/idempotency-store.ts';
import { EventRecorder } from '../../../libs/shared-kernel/src/infrastructure/domain-events/event-recorder.ts';
import { HealthSources } from '../../../libs/shared-kernel/src/infrastructure/health/health-sources.ts';
import { CommandUnit } from '../../../libs/shared-kernel/src/infrastructure/http/command-unit.ts';
import { createHttpApp } from '../../../libs/shared-kernel/src/infrastructure/http/create-http-app.ts';
import { PostgresIdempotencyStore } from '../../../libs/shared-kernel/src/infrastructure/http/postgres-idempotency-store.ts';
import { ProblemCodes } from '../../../libs/shared-kernel/src/infrastructure/http/problem-codes.ts';
import { TokenVerifier } from '../../../libs/shared-kernel/src/infrastructure/http/token-verifier.ts';
import { EventDelivery } from '../../../libs/shared-kernel/src/infrastructure/inbox/event-delivery.ts';
import { createLogger } from '../../../libs/shared-kernel/src/infrastructure/logging/create-logger.ts';
import { SagaRuntime } from '../../../libs/shared-kernel/src/infrastructure/sagas/saga-runtime.ts';
import { discover, type Discovered } from '../../../libs/shared-kernel/src/infrastructure/service/discover-reactions.ts';
import { Checkpoints } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/checkpoints.ts';
import { FeedSignal } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/feed-signal.ts';
import { FeedSubscription } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/feed-subscription.ts';
import { Leases } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/leases.ts';
import { ReactionConsumer } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/reaction-consumer.ts';
import { Sequencer } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/sequencer.ts';
import { userService } from '../src/user-service.module.ts';

/** The token is the principal itself, as JSON in base64url. */
class OpenTokenVerifier extends TokenVerifier {
  verify(token: string): Principal {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  }
}

export function bearer(principal: Partial<Principal> & Pick<Principal, 'id'>): { authorization: string } {
  const whole: Principal = { type: 'user', duties: [], tutorVerified: false, ...principal };
  return { authorization: `Bearer ${Buffer.from(JSON.stringify(whole)).toString('base64url')}` };
}

/** user-service with its real module, edge, database and feed; the bus is `deliver`, the mail server is the test's. */
export class UserServiceUnderTest {
  readonly #feed: { start(): void; stop(): Promise<void> }[] = [];
  readonly #leases: Leases;
  readonly #signal: FeedSignal;
  readonly #delivery: EventDelivery;
  readonly #discovered: Discovered;
  readonly sagas: SagaRuntime;

  constructor(
    readonly app: NestFastifyApplication,
    readonly database: Database,
    signal: FeedSignal,
    private readonly drop: () => Promise<void>,
  ) {
    const unitOfWork = this.get(UnitOfWork);
    const contracts = this.get(EventContracts);
    const commandBus = this.get(CommandBus);
    this.#signal = signal;
    this.#leases = new Leases(database, 1_000);
    this.#delivery = new EventDelivery(unitOfWork);
    this.#discovered = discover(this.get(DiscoveryService));
    this.sagas = new SagaRuntime({
      unitOfWork,
      database,
      clock: this.get(Clock),
      sagas: this.#discovered.sagas,
      dispatch: (command) => commandBus.execute(command),
    });
    const parts = {
      contracts,
      delivery: this.#delivery,
      unitOfWork,
      parkingLot: this.get(ParkingLot),
      policy: retryThenPark({ baseMs: 5 }),
    };
    const own = this.subscriptions.filter(({ events }) =>
      events.every((name) => contracts.get(name).producer === userService.name),
    );
    const checkpoints = new Checkpoints(database);
    this.#feed = [
      new Sequencer(database, this.#leases, signal),
      ...own.map(
        (reaction) => new FeedSubscription(new ReactionConsumer(reaction, parts), database, checkpoints, this.#leases, signal),
      ),
    ];
  }

  get<T>(type: (abstract new (...args: never[]) => T) & { readonly prototype: T }): T {
    return this.app.get<T>(type, { strict: false });
  }

  /** Runs `work` as a request of this user. */
  as<T>(id: string, work: () => T, correlationId = 'corr-1'): T {
    return inMessageContext({ messageId: `request-of-${id}`, correlationId, actor: { id, type: 'user', role: 'admin' } }, work);
  }

  /** As a queue message: to every reaction to the event, each in a transaction of its own. Throws what a reaction throws. */
  async deliver(event: RecordedEvent): Promise<void> {
    for (const reaction of this.subscriptions) {
      if (reaction.events.includes(event.eventName)) await this.#delivery.deliver(reaction, event);
    }
  }

  startFeed(): void {
    this.#signal.start();
    for (const worker of this.#feed) worker.start();
    this.#leases.start();
  }

  /** Until every subscription stands at the head of the feed. */
  async settle(): Promise<void> {
    await settle(this.database, { subscriptions: this.#feed.length - 1 });
  }

  async rows<R extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.database.query<R & Record<string, unknown>>({ text, values })).rows;
  }

  /** Names of the events of a user, oldest first. */
  async events(userId: string): Promise<string[]> {
    const rows = await this.rows<{ event_name: string }>(
      'SELECT event_name FROM domain_events WHERE aggregate_id = $1 ORDER BY stream_version',
      [userId],
    );
    return rows.map((row) => row.event_name);
  }

  async close(): Promise<void> {
    await this.#leases.stop();
    await Promise.all(this.#feed.map((worker) => worker.stop()));
    await this.#signal.stop();
    await this.app.close();
    await this.database.close();
    await this.drop();
  }

  /** Every subscription of the service, its consumers and sagas included. */
  get subscriptions(): readonly EventReaction[] {
    return [...this.#discovered.reactions.map(({ reaction }) => reaction), ...this.sagas.reactions()];
  }
}

/** Stands for payment-service as far as this one asks it; `test/access/erasure.spec.ts` asks the real one. */
async function nothingOpenAnywhere(): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => response.end('{"payments":0,"balance":[]}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, close };
}

@Global()
@Module({})
class KernelForTests {}

export async function userServiceUnderTest(mailer: Mailer, clock: Clock = new SystemClock()): Promise<UserServiceUnderTest> {
  const { url, drop } = await freshDatabase();
  const payments = await nothingOpenAnywhere();
  const { privateKey } = generateKeyPairSync('ed25519');
  const tokens = new ServiceTokens('user-service', JSON.parse(JSON.stringify(privateKey.export({ format: 'jwk' }))));
  const clients = new ServiceClients(tokens, { 'payment-service': payments.url });
  const database = new Database({ url, applicationName: 'user-service' });
  const contracts = new EventContracts(userService.contracts);
  const signal = new FeedSignal(database);
  const unitOfWork = new UnitOfWork(database, new EventRecorder(contracts, clock), () => signal.raise('recorded'));
  const providers = [
    { provide: UnitOfWork, useValue: unitOfWork },
    { provide: Transaction, useValue: unitOfWork },
    { provide: CommandUnit, useValue: unitOfWork },
    { provide: Clock, useValue: clock },
    { provide: Mailer, useValue: mailer },
    { provide: EventContracts, useValue: contracts },
    { provide: ParkingLot, useValue: new ParkingLot(database) },
    { provide: DomainEventHistory, useValue: new DomainEventHistory(database, contracts) },
    { provide: IdempotencyStore, useValue: new PostgresIdempotencyStore(database) },
    { provide: ServiceClients, useValue: clients },
    { provide: HealthSources, useValue: new HealthSources() },
    { provide: ProblemCodes, useValue: new ProblemCodes(userService.problems) },
    { provide: TokenVerifier, useValue: new OpenTokenVerifier() },
  ];
  const kernel: DynamicModule = {
    module: KernelForTests,
    imports: [CqrsModule.forRoot(), DiscoveryModule],
    providers,
    exports: [CqrsModule, DiscoveryModule, ...providers.map(({ provide }) => provide)],
  };
  const app = await createHttpApp({
    module: { module: userService.module, imports: [kernel] },
    logger: createLogger({ service: userService.name, level: 'silent', personal: [] }),
    api: { title: userService.name },
  });
  return new UserServiceUnderTest(app, database, signal, async () => {
    payments.close();
    await drop();
  });
}

export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const folders = [kernelMigrations, ...userService.migrations];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: 'user_service',
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
  });
  return clone();
}
