import type { INestApplicationContext } from '@nestjs/common';
import { Clock } from '../../application/clock.ts';
import { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import { Mailer } from '../../application/mailer.ts';
import { inMessageContext, type MessageContext } from '../../application/message-context.ts';
import type { Projection } from '../../application/projection.ts';
import type { SingletonJob } from '../../application/singleton-job.ts';
import { Transaction } from '../../application/transaction.ts';
import { createRecordProcessor } from '../../infrastructure/consumer/process-record.ts';
import type { ProcessRecord, QueueRecord, RecordOutcome } from '../../infrastructure/consumer/queue-record.ts';
import { Revocations } from '../../infrastructure/http/revoked-tokens.consumer.ts';
import { streamKey } from '../../infrastructure/inbox/event-delivery.ts';
import { byRoad } from '../../infrastructure/service/service-reactions.ts';
import type { ServiceDefinition } from '../../infrastructure/service/service-definition.ts';
import { ReactionConsumer } from '../../infrastructure/subscriptions/reaction-consumer.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import { bootService, MissingTwin, type Twins } from './boot-service.ts';
import type { Faults } from './faults.ts';
import { mechanismsOf, type Mechanisms, type Plant } from './mechanisms.ts';
import { MemoryDatabase } from './memory-database.ts';
import { MemoryRevocations } from './memory-revocations.ts';
import { MemoryDelivery } from './memory-inbox.ts';
import { project, type Statements } from './memory-projection.ts';
import type { MemorySagas } from './memory-sagas.ts';
import type { MemoryTable } from './memory-table.ts';
import type { Scheduler } from './scheduler.ts';
import type { Receiver, SimulatedBus } from './simulated-bus.ts';
import { work } from './simulated-job.ts';
import { SimulatedMailer } from './simulated-mailer.ts';
import { SimulatedTerm } from './simulated-term.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a service brings along to be simulated. */
export interface ServiceTwins {
  readonly definition: ServiceDefinition;
  /** Called once: makes the tables of the service's twins. */
  open(database: MemoryDatabase): ServicePorts;
  /** Projections and jobs of its module that do not run here, each with the reason. Everything else of the module does. */
  readonly unsimulated?: Readonly<Record<string, string>>;
}

export interface ServicePorts {
  /** Twins of the ports, by token, for each start of a process anew. */
  twins(): Twins;
  /** What an outsider could see at rest, as plain data: without ids and times made by chance, without positions. */
  observable(): unknown;
  /** By type: what the stored aggregates are, and what their histories say they should be. Undefined: it is no more. */
  readonly aggregates: Readonly<Record<string, StateOf>>;
  /** By the name of each projection: what its statements do to the tables of the twins. */
  readonly projections?: Readonly<Record<string, Statements>>;
  /** Called before each run: what is outside of the service begins anew. */
  begin?(surroundings: Surroundings): void;
  /** What must hold of this service at rest beside what is true of every service, by invariant: what is wrong. */
  readonly checks?: Readonly<Record<string, (sagas: MemorySagas) => Iterable<string>>>;
  /** Where its jobs begin chains of causes. */
  roots?(): Iterable<string>;
  /** What its sagas do depends on chance: fields of their states, and commands that are sent again until there is an answer. */
  readonly patience?: { readonly fields: readonly string[]; readonly commands: readonly string[] };
}

/** What is around one service in one run. */
export interface Surroundings extends Omit<RunParts, 'roots'> {
  /** As the edge handles a request without an Idempotency-Key. Throws what `work` throws, and ProcessDied. */
  request(context: MessageContext, work: (app: INestApplicationContext) => Promise<unknown>): Promise<void>;
}

export interface StateOf {
  stored(id: string): unknown;
  replayed(history: readonly RecordedEvent[]): unknown;
}

/** An effect that was committed, once for each time. */
export interface CommittedEffect {
  readonly subscription: string;
  readonly eventId: string;
  readonly stream: string;
  readonly streamVersion: number;
}

/** The process died while it worked for somebody. Whether it took effect is unknown. */
export class ProcessDied extends Error {
  readonly code = 'PROCESS_DIED';

  constructor(readonly service: string) {
    super(`${service} died`);
    this.name = 'ProcessDied';
  }
}

/** What one run brings along. */
export interface RunParts {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly bus: SimulatedBus;
  readonly faults: Faults;
  /** Ids of requests and of what came from outside: where causes may begin. */
  readonly roots: Set<string>;
}

interface OpenOptions {
  readonly clock: VirtualClock;
  readonly newId: () => string;
  readonly plant?: Plant | undefined;
}

const MOST_IN_FLIGHT = 4;

/**
 * One service with everything that runs in it: its real module, its feed subscriptions, publisher, queue processing and sagas, over
 * memory. `crash` loses whatever is not committed; `start` begins again from what is.
 */
export class SimulatedService implements Receiver {
  readonly contracts: EventContracts;
  readonly effects: MemoryTable<CommittedEffect>;
  /** Keys of commands that took effect, with the events of each. */
  readonly answers: MemoryTable<{ readonly eventIds: readonly string[] }>;
  readonly #revocations: MemoryRevocations;
  readonly #delivery: MemoryDelivery;
  #app: INestApplicationContext | undefined;
  #reactions: readonly EventReaction[] = [];
  #projections: readonly Projection[] = [];
  #jobs: readonly SingletonJob[] = [];
  #run: RunParts | undefined;
  #terms: readonly SimulatedTerm[] = [];
  #processRecord: ProcessRecord | undefined;
  #inFlight = 0;
  #effectNumber = 0;
  readonly #calls = new Set<(reason: ProcessDied) => void>();
  up = false;

  private constructor(
    readonly definition: ServiceDefinition,
    readonly database: MemoryDatabase,
    readonly ports: ServicePorts,
    readonly mechanisms: Mechanisms,
    readonly mailer: SimulatedMailer,
    private readonly clock: VirtualClock,
    private readonly unsimulated: NonNullable<ServiceTwins['unsimulated']>,
  ) {
    this.contracts = new EventContracts(definition.contracts);
    this.effects = database.table('committed-effects');
    this.answers = database.table('answers');
    this.#revocations = new MemoryRevocations(database);
    this.#delivery = new MemoryDelivery(database, { inbox: mechanisms.inbox, versions: mechanisms.versions });
  }

  /** Throws MissingTwin. */
  static async open(
    { definition, open, unsimulated = {} }: ServiceTwins,
    { clock, newId, plant }: OpenOptions,
  ): Promise<SimulatedService> {
    const database = new MemoryDatabase(definition.name, new EventContracts(definition.contracts), clock, newId);
    const box: { service?: SimulatedService } = {};
    const mechanisms = mechanismsOf(database, () => box.service?.run.random ?? raise(definition.name), plant);
    const service = new SimulatedService(
      definition,
      database,
      open(database),
      mechanisms,
      new SimulatedMailer(definition.name),
      clock,
      unsimulated,
    );
    box.service = service;
    await service.boot();
    return service;
  }

  get name(): string {
    return this.definition.name;
  }

  get run(): RunParts {
    return this.#run ?? raise(this.name);
  }

  /** What the process reacts to, sagas included: everything that its module declares. */
  get reactions(): readonly EventReaction[] {
    return this.#reactions;
  }

  get projections(): readonly Projection[] {
    return this.#projections;
  }

  get jobs(): readonly SingletonJob[] {
    return this.#jobs;
  }

  /** What is behind: projections that have not read all of the log that concerns them. */
  get unread(): readonly string[] {
    return this.#projections.flatMap(({ name, events }) => {
      const last = this.database.log.findLast(({ eventName }) => events.includes(eventName))?.position ?? 0;
      return (this.database.checkpoints.committed.get(name)?.position ?? 0) < last ? [name] : [];
    });
  }

  /** A new process: what providers kept in their fields is gone. */
  async boot(): Promise<void> {
    const kernel: Twins = new Map<Parameters<Twins['get']>[0], object>([
      [Transaction, this.database],
      [Clock, this.clock],
      [Mailer, this.mailer],
      [EventContracts, this.contracts],
      [Revocations, this.#revocations],
    ]);
    const { app, discovered, dispatch } = await bootService(this.definition, kernel, this.ports.twins());
    this.#app = app;
    const sagas = this.mechanisms.sagas.use(discovered.sagas, dispatch);
    const runs = ({ name }: { readonly name: string }): boolean => this.unsimulated[name] === undefined;
    this.#projections = discovered.projections.filter(runs);
    this.#jobs = discovered.jobs.filter(runs);
    const bare = this.#projections.find(({ name }) => this.ports.projections?.[name] === undefined);
    if (bare !== undefined) throw new MissingTwin(this.name, bare.name);
    const known = new Set([...discovered.projections, ...discovered.jobs].map(({ name }) => name));
    const stale = Object.keys(this.unsimulated).find((name) => !known.has(name));
    if (stale !== undefined) throw new Error(`${this.name} has no ${stale} that could be left out`);
    this.#reactions = [...discovered.reactions.map(({ reaction }) => reaction), ...sagas].map((reaction) =>
      this.#observed(reaction),
    );
  }

  /** An empty world. Nothing runs yet. */
  begin(run: RunParts): void {
    this.#run = run;
    this.#effectNumber = 0;
    this.database.begin(run.scheduler);
    this.mailer.begin(run.scheduler, run.random, run.faults.mailer);
    const { roots, ...surroundings } = run;
    this.ports.begin?.({
      ...surroundings,
      request: async (context, handle) => {
        roots.add(context.messageId);
        await this.#answered(context, handle);
      },
    });
    this.up = false;
  }

  start(): void {
    const { scheduler, random } = this.run;
    const { policy, parkingLot, sagas, publish } = this.mechanisms;
    const { contracts, database } = this;
    const all = this.reactions.map((reaction) => ({ reaction, startAt: 'beginning' as const }));
    const { fromFeed, fromBus } = byRoad(all, contracts, this.name);
    const wait = (): Promise<void> => scheduler.sleep(this.name, 'tries again', random.int(1_000));
    const parts = { contracts, delivery: this.#delivery, unitOfWork: database, parkingLot, policy, wait };
    this.#processRecord = createRecordProcessor({ ...parts, service: this.name, reactions: fromBus });
    const published = this.#term(`${this.name}.event-bridge`, contracts.published());
    const own = fromFeed.map(({ reaction }) => ({ reaction, term: this.#term(reaction.subscription, reaction.events) }));
    const projected = this.#projections.map((projection) => ({
      projection,
      term: this.#term(projection.name, projection.events),
      statements: this.ports.projections?.[projection.name] ?? {},
    }));
    this.#terms = [published, ...[...own, ...projected].map(({ term }) => term)];
    database.recorded = (events) => {
      for (const term of this.#terms) term.recorded(events);
    };
    this.#inFlight = 0;
    this.up = true;
    sagas.start();
    this.#keep(publish({ term: published, put: (event) => this.run.bus.put(this.name, event), wait }));
    for (const { reaction, term } of own) this.#keep(new ReactionConsumer(reaction, parts).consume(term));
    for (const { projection, term, statements } of projected)
      this.#keep(project(projection, { term, statements, database, random }));
    for (const job of this.#jobs) this.#keep(work(job, database));
  }

  crash(): void {
    this.up = false;
    this.#terms = [];
    this.run.scheduler.drop(this.name);
    this.database.crash();
    for (const died of this.#calls) died(new ProcessDied(this.name));
    this.#calls.clear();
  }

  receive(record: QueueRecord): Promise<RecordOutcome> | undefined {
    if (!this.up || this.#processRecord === undefined || this.#inFlight >= MOST_IN_FLIGHT) return undefined;
    this.#inFlight++;
    return this.#processRecord(record).finally(() => {
      this.#inFlight--;
    });
  }

  /**
   * As the edge handles a request with an Idempotency-Key: effects and the key commit together, the key again changes nothing. Answers
   * the ids of the events it recorded. Throws ProcessDied; then nobody knows whether it took effect.
   */
  async call(
    key: string,
    context: MessageContext,
    handle: (app: INestApplicationContext) => Promise<unknown>,
  ): Promise<readonly string[]> {
    return this.#answered(context, (app) => this.#once(key, () => handle(app)));
  }

  async #answered<T>(context: MessageContext, handle: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    const app = this.#app;
    if (!this.up || app === undefined) throw new ProcessDied(this.name);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#calls.add(reject);
    void inMessageContext(context, () => handle(app))
      .then(resolve, reject)
      .finally(() => this.#calls.delete(reject));
    return promise;
  }

  async #once(key: string, handle: () => Promise<unknown>): Promise<readonly string[]> {
    return this.database.run(async () => {
      const known = await this.answers.lock(key);
      if (known !== undefined) return known.eventIds;
      await handle();
      const { events } = await this.database.client();
      const eventIds = events.map(({ eventId }) => eventId);
      this.answers.set(key, { eventIds });
      return eventIds;
    });
  }

  #term(subscription: string, events: readonly string[]): SimulatedTerm {
    return new SimulatedTerm(subscription, new Set(events), this.database);
  }

  /** Notes each effect in the transaction of the effect, so that the note shares its fate. */
  #observed(reaction: EventReaction): EventReaction {
    if (reaction.effect === 'outside') return reaction;
    const { subscription, effect, order, events } = reaction;
    return {
      subscription,
      effect,
      order,
      events,
      handle: async (event) => {
        await reaction.handle(event);
        const { eventId, streamVersion } = event;
        const row = { subscription, eventId, stream: streamKey(event), streamVersion };
        this.effects.set(`${++this.#effectNumber}`, row);
      },
    };
  }

  #keep(worker: Promise<void>): void {
    worker.catch((error: unknown) => this.run.scheduler.fail(error));
  }
}

function raise(service: string): never {
  throw new Error(`the simulation of ${service} has not begun`);
}
