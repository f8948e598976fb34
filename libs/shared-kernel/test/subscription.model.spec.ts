import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SystemClock } from '../src/application/clock.ts';
import type { EventReaction } from '../src/application/event-reaction.ts';
import { retryThenPark } from '../src/application/failure-policy.ts';
import type { RecordedEvent } from '../src/domain/recorded-event.ts';
import { DomainError } from '../src/domain/index.ts';
import { Database } from '../src/infrastructure/database/database.ts';
import { UnitOfWork } from '../src/infrastructure/database/unit-of-work.ts';
import { EventRecorder } from '../src/infrastructure/domain-events/event-recorder.ts';
import { EventDelivery } from '../src/infrastructure/inbox/event-delivery.ts';
import { ParkingLot } from '../src/infrastructure/inbox/parking-lot.ts';
import { Redriver } from '../src/infrastructure/inbox/redriver.ts';
import type { FeedConsumer, FeedTerm } from '../src/infrastructure/subscriptions/feed.ts';
import { Leases } from '../src/infrastructure/subscriptions/leases.ts';
import { ReactionConsumer } from '../src/infrastructure/subscriptions/reaction-consumer.ts';
import { settle } from '../src/testing/settle.ts';
import { Replica } from './feed.fixture.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { asRequest, CREATE_LAMPS, Lamp, lampContracts, LampRepository } from './lamps.fixture.ts';

const SUBSCRIPTION = 'lamp-service.effects';
const policy = retryThenPark({ attempts: 60, baseMs: 1, capMs: 3 });

class Poisoned extends DomainError {
  readonly code = 'POISONED';
}

/** What the handler does with its next attempt: it may fail before or after it has written. */
type Behaviour = 'works' | 'fails before' | 'fails after';

interface Model {
  /** Versions of each lamp so far. */
  readonly written: Map<string, number>;
  readonly poisoned: Set<string>;
}

/** A service whose one subscription writes down what it is handed, in pages and with failures as drawn. */
class Service {
  /** Apart from the replicas, whose connections are cut. */
  readonly #writer: Database;
  readonly #unitOfWork: UnitOfWork;
  readonly #parkingLot: ParkingLot;
  readonly #lamps: LampRepository;
  readonly poisoned = new Set<string>();
  #replica: Replica;
  #attempt = 0;
  #page = 0;

  private constructor(
    private readonly db: KernelDatabase,
    private readonly behaviours: readonly Behaviour[],
    private readonly pageSizes: readonly number[],
  ) {
    this.#writer = new Database({ url: db.url, applicationName: 'writer' });
    this.#unitOfWork = new UnitOfWork(this.#writer, new EventRecorder(lampContracts, new SystemClock()));
    this.#parkingLot = new ParkingLot(this.#writer);
    this.#lamps = new LampRepository(this.#unitOfWork);
    this.#replica = this.#started();
  }

  static async open(behaviours: readonly Behaviour[], pageSizes: readonly number[]): Promise<Service> {
    const db = await kernelDatabase();
    await db.database.query({ text: CREATE_LAMPS });
    await db.database.query({ text: 'CREATE TABLE effects (n serial PRIMARY KEY, stream text, version int, payload text)' });
    return new Service(db, behaviours, pageSizes);
  }

  async close(): Promise<void> {
    await this.#replica.stop();
    await this.#writer.close();
    await this.db.close();
  }

  async write(lampId: string, isNew: boolean, lights: number): Promise<void> {
    const lamp = isNew ? Lamp.buy(lampId, lampId) : await this.#lamps.get(lampId);
    for (let lumen = 0; lumen < lights; lumen++) lamp.light(lumen);
    await asRequest(() => this.#lamps.save(lamp));
  }

  /** Another replica takes over; the checkpoint may have been saved long before. */
  async restart(lost: number): Promise<void> {
    await this.#replica.stop();
    await this.db.database.query({ text: 'UPDATE subscriptions SET checkpoint = greatest(0, checkpoint - $1)', values: [lost] });
    this.#replica = this.#started();
  }

  async cutConnections(): Promise<void> {
    await this.db.database.query({
      text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'replica%'`,
    });
  }

  /** As if another process had held the leases meanwhile: what goes on under them is refused. */
  async outdateLeases(): Promise<void> {
    await this.db.database.query({ text: 'UPDATE leases SET epoch = epoch + 1' });
  }

  async settled(): Promise<void> {
    await settle(this.db.database, { subscriptions: 1 });
  }

  async redrive(): Promise<void> {
    await this.#parkingLot.redrive(SUBSCRIPTION);
    const reactions = new Map([[SUBSCRIPTION, this.#reaction(() => this.#unitOfWork)]]);
    const delivery = new EventDelivery(this.#unitOfWork);
    await new Redriver(this.#writer, delivery, lampContracts, reactions, new Leases(this.#writer)).redriveAll();
  }

  async effects(): Promise<Map<string, number[]>> {
    const { rows } = await this.db.database.query<{ stream: string; version: number }>({
      text: 'SELECT stream, version FROM effects ORDER BY n',
    });
    return new Map(
      [...Map.groupBy(rows, ({ stream }) => stream)].map(([stream, of]) => [stream, of.map(({ version }) => version)]),
    );
  }

  async parkedKeys(): Promise<string[]> {
    return (await this.#parkingLot.list()).map(({ stream }) => stream);
  }

  #started(): Replica {
    const reaction = this.#reaction(() => made.unitOfWork);
    const consumer: FeedConsumer = {
      subscription: SUBSCRIPTION,
      events: reaction.events,
      startAt: 'beginning',
      consume: async (term) => {
        const { delivery, unitOfWork, parkingLot } = made;
        const parts = { contracts: lampContracts, delivery, unitOfWork, parkingLot, policy };
        await new ReactionConsumer(reaction, parts).consume(this.#inPages(term));
      },
    };
    const made: Replica = new Replica(this.db.url, [], [consumer]);
    return made.start();
  }

  #inPages(term: FeedTerm): FeedTerm {
    return {
      ended: term.ended,
      advance: (position) => term.advance(position),
      take: (limit) => term.take(Math.min(limit, this.pageSizes[this.#page++ % this.pageSizes.length] ?? limit)),
    };
  }

  #reaction(unitOfWork: () => UnitOfWork): EventReaction {
    return {
      subscription: SUBSCRIPTION,
      events: ['lamp.bought', 'lamp.lit'],
      effect: 'database',
      order: 'any',
      handle: async (event) => this.#handle(event, unitOfWork()),
    };
  }

  async #handle({ aggregateId, streamVersion, payload }: RecordedEvent, unitOfWork: UnitOfWork): Promise<void> {
    if (this.poisoned.has(aggregateId)) throw new Poisoned('poison');
    const behaviour = this.behaviours[this.#attempt++ % this.behaviours.length];
    if (behaviour === 'fails before') throw new Error('before');
    const client = await unitOfWork.client();
    await client.query('INSERT INTO effects (stream, version, payload) VALUES ($1, $2, $3)', [
      aggregateId,
      streamVersion,
      JSON.stringify(payload),
    ]);
    if (behaviour === 'fails after') throw new Error('after');
  }
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** At any time: of each stream the first events, each once, in order. */
async function checkPrefixes({ written }: Model, service: Service): Promise<void> {
  for (const [stream, versions] of await service.effects()) {
    expect({ stream, versions }).toEqual({ stream, versions: upTo(versions.length) });
    expect(versions.length).toBeLessThanOrEqual(written.get(stream) ?? 0);
  }
}

/** Once there is nothing left to do: all of every stream that is not parked. */
async function checkAll(model: Model, service: Service): Promise<void> {
  await service.settled();
  const effects = await service.effects();
  const parked = await service.parkedKeys();
  for (const [stream, last] of model.written) {
    if (!parked.includes(`Lamp/${stream}`))
      expect({ stream, versions: effects.get(stream) }).toEqual({ stream, versions: upTo(last) });
  }
  expect(parked.filter((key) => !model.poisoned.has(key.slice('Lamp/'.length)))).toEqual([]);
}

function command(name: string, run: (model: Model, service: Service) => Promise<void>): fc.AsyncCommand<Model, Service> {
  return {
    check: () => true,
    run: async (model, service) => {
      await run(model, service);
      await checkPrefixes(model, service);
    },
    toString: () => name,
  };
}

const lampId = fc.constantFrom('l-1', 'l-2', 'l-3');
async function light({ written }: Model, service: Service, id: string, lights: number): Promise<void> {
  const before = written.get(id);
  written.set(id, (before ?? 1) + lights);
  await service.write(id, before === undefined, lights);
}

const writes = fc
  .tuple(lampId, fc.integer({ min: 1, max: 6 }))
  .map(([id, lights]) => command(`light ${id} ${lights} times`, (model, service) => light(model, service, id, lights)));
const restarts = fc.constantFrom(0, 1, 3, 100).map((lost) =>
  command(`restart, ${lost} behind`, async (_model, service) => {
    if (lost > 0) await service.settled();
    await service.restart(lost);
  }),
);
const cuts = fc.constant(command('cut the connections', (_model, service) => service.cutConnections()));
const lostLeases = fc.constant(command('outdate the leases', (_model, service) => service.outdateLeases()));
const settling = fc.constant(command('settle', checkAll));
const poisonings = lampId.map((id) =>
  command(`poison ${id}`, async (model, service) => {
    model.poisoned.add(id);
    service.poisoned.add(id);
    await light(model, service, id, 1);
  }),
);
/** What comes after the mending has to wait behind what is parked. */
const mendings = fc.constant(
  command('mend', async (model, service) => {
    await service.settled();
    const mended = [...service.poisoned];
    service.poisoned.clear();
    for (const id of mended) await light(model, service, id, 1);
    await service.settled();
  }),
);
const redrives = fc.constant(
  command('redrive', async (model, service) => {
    await service.settled();
    if (service.poisoned.size > 0) return service.redrive();
    // An attempt of the handler may fail here as well: then its key is parked again, and redriven again.
    for (let again = 0; (await service.parkedKeys()).length > 0 && again < 60; again++) await service.redrive();
    model.poisoned.clear();
    await checkAll(model, service);
  }),
);

const behaviours = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Behaviour>('works') },
      { weight: 1, arbitrary: fc.constantFrom<Behaviour>('fails before', 'fails after') },
    ),
    { maxLength: 12 },
  )
  .map((drawn): Behaviour[] => [...drawn, 'works']);
const pageSizes = fc.array(fc.constantFrom(1, 2, 5, 500), { minLength: 1, maxLength: 6 });

test('A4 failures, restarts, lost checkpoints and lost connections: the effects are the fold of the feed, each once and in order', async () => {
  const commands = fc.commands(
    [writes, writes, restarts, restarts, cuts, lostLeases, poisonings, poisonings, mendings, mendings, redrives, settling],
    {
      maxCommands: 18,
      size: 'max',
    },
  );
  await fc.assert(
    fc.asyncProperty(behaviours, pageSizes, commands, async (attempts, sizes, asked) => {
      const model: Model = { written: new Map(), poisoned: new Set() };
      const service = await Service.open(attempts, sizes);
      try {
        await light(model, service, 'l-1', 2);
        await fc.asyncModelRun(() => ({ model, real: service }), asked);
        await checkAll(model, service);
      } finally {
        await service.close();
      }
    }),
    { numRuns: 8, plugins: [fc.unbiased()], interruptAfterTimeLimit: 70_000 },
  );
}, 90_000);
