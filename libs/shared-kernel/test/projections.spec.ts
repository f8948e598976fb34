import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Projection, type ProjectionWriter } from '../src/application/projection.ts';
import { retryThenPark } from '../src/application/failure-policy.ts';
import type { RecordedEvent } from '../src/domain/recorded-event.ts';
import { Redriver } from '../src/infrastructure/inbox/redriver.ts';
import { ProjectionConsumer } from '../src/infrastructure/projections/projection-consumer.ts';
import { ProjectionRebuilds } from '../src/infrastructure/projections/projection-rebuilds.ts';
import { RebuildWorker } from '../src/infrastructure/projections/rebuild-worker.ts';
import type { FeedTerm } from '../src/infrastructure/subscriptions/feed.ts';
import { readFeedPage } from '../src/infrastructure/subscriptions/feed-page.ts';
import type { Replica } from './feed.fixture.ts';
import { buy, LampWorld, light, until } from './lamp-world.fixture.ts';
import { lampContracts } from './lamps.fixture.ts';

const world = LampWorld.forEachTest();

/** How often each lamp was lit, and in which batches the events came. */
class Brightness extends Projection {
  override readonly name: string = 'lamp-service.brightness';
  override readonly tables: readonly string[] = ['brightness'];
  override readonly events: readonly string[] = ['lamp.bought', 'lamp.lit'];
  readonly batches: number[] = [];
  factor = 1;
  poisoned: string | undefined;

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    this.batches.push(events.length);
    if (events.some(({ aggregateId }) => aggregateId === this.poisoned)) throw new Error(`${this.poisoned} cannot be folded`);
    const lit = new Map<string, number>();
    for (const { aggregateId, eventName } of events)
      lit.set(aggregateId, (lit.get(aggregateId) ?? 0) + (eventName === 'lamp.lit' ? this.factor : 0));
    await write.query({
      text: `INSERT INTO brightness AS row (lamp_id, lit) SELECT * FROM unnest($1::text[], $2::int[])
             ON CONFLICT (lamp_id) DO UPDATE SET lit = row.lit + excluded.lit`,
      values: [[...lit.keys()], [...lit.values()]],
    });
  }
}

let projection: Brightness;
let rebuilds: ProjectionRebuilds;

beforeEach(async () => {
  projection = new Brightness();
  rebuilds = new ProjectionRebuilds(world.db.database);
  await world.db.database.query({
    text: 'CREATE TABLE brightness (lamp_id text PRIMARY KEY, lit int NOT NULL); CREATE INDEX brightest ON brightness (lit DESC)',
  });
});

function consumerOf(self: Pick<Replica, 'unitOfWork' | 'parkingLot'>): ProjectionConsumer {
  const { unitOfWork, parkingLot } = self;
  return new ProjectionConsumer(projection, {
    contracts: lampContracts,
    unitOfWork,
    parkingLot,
    policy: retryThenPark({ baseMs: 1 }),
  });
}

/** A replica that runs the projection. */
function projecting(): Replica {
  const parts = world.replica([]);
  return world.replica([], { consumers: [consumerOf(parts)] }).start();
}

function workerOf(self: Replica, rebuilt: Projection): RebuildWorker {
  return new RebuildWorker([rebuilt], self.database, self.unitOfWork, lampContracts, self.leases, 2);
}

async function rows(): Promise<Record<string, number>> {
  const { rows: all } = await world.db.database.query<{ lamp_id: string; lit: number }>({
    text: 'SELECT lamp_id, lit FROM brightness ORDER BY lamp_id',
  });
  return Object.fromEntries(all.map((row) => [row.lamp_id, row.lit]));
}

/** A term that hands out what it is given, once. */
function termOf(...pages: Awaited<ReturnType<typeof readFeedPage>>['events'][]): FeedTerm & { advanced: number } {
  return {
    ended: new AbortController().signal,
    advanced: 0,
    async take() {
      return pages.shift() ?? [];
    },
    advance(position) {
      this.advanced = position;
    },
  };
}

describe('a projection', () => {
  test('folds the feed into its rows, many events in one batch', async () => {
    const writer = world.replica([]).start();
    await buy(writer, 'a', 'b');
    await light(writer, 'a', 3);
    await writer.settle();
    const self = projecting();
    await self.settle();
    expect(await rows()).toEqual({ a: 3, b: 0 });
    expect(projection.batches[0]).toBeGreaterThan(1);
  });

  test('F16 a batch that comes again after it was committed changes nothing', async () => {
    const self = projecting();
    await buy(self, 'a');
    await light(self, 'a', 2);
    await self.settle();
    const { events } = await readFeedPage(self.database, 0, projection.events, 100);
    await expect(consumerOf(self).consume(termOf(events))).rejects.toMatchObject({ code: 'CHECKPOINT_MOVED' });
    expect(await rows()).toEqual({ a: 2 });
  });

  test('F16 of two holders with the same batch one writes it', async () => {
    const writer = world.replica([]).start();
    await buy(writer, 'a');
    await light(writer, 'a', 4);
    await writer.settle();
    await writer.checkpoints.open(consumerOf(writer));
    const { events } = await readFeedPage(writer.database, 0, projection.events, 100);
    const outcomes = await Promise.allSettled([
      consumerOf(writer).consume(termOf(events)),
      consumerOf(writer).consume(termOf(events)),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await rows()).toEqual({ a: 4 });
  });

  test('F17 an event that cannot be folded parks its stream; the others of its batch are there, and a redrive brings the rest in order', async () => {
    projection.poisoned = 'bad';
    const writer = world.replica([]).start();
    await buy(writer, 'good', 'bad');
    await light(writer, 'bad', 2);
    await light(writer, 'good', 1);
    await writer.settle();
    const self = projecting();
    await until('the stream is parked', async () => (await self.parkingLot.count()) === 1);
    await self.settle();
    expect(await rows()).toEqual({ good: 1 });
    const [key] = await self.parkingLot.list();
    expect(key?.events.map(({ eventName, error }) => [eventName, error === null])).toEqual([
      ['lamp.bought', false],
      ['lamp.lit', true],
      ['lamp.lit', true],
    ]);
    projection.poisoned = undefined;
    const { redriven } = consumerOf(self);
    await self.parkingLot.redrive(redriven.subscription);
    const redriver = new Redriver(
      self.database,
      self.delivery,
      lampContracts,
      new Map([[redriven.subscription, redriven]]),
      self.leases,
    );
    expect(await redriver.redriveAll()).toBe(3);
    expect(await rows()).toEqual({ bad: 2, good: 1 });
  });

  test('keeps no inbox, and says so', async () => {
    const self = projecting();
    await buy(self, 'a');
    await self.settle();
    const { rows: taken } = await self.database.query({ text: 'SELECT DISTINCT road FROM subscription_events' });
    expect(taken).toEqual([{ road: 'fold' }]);
    expect((await self.database.query({ text: 'SELECT 1 FROM inbox' })).rows).toEqual([]);
  });
});

describe('a rebuild', () => {
  let self: Replica;
  let worker: RebuildWorker;
  /** The code that the rebuild runs, which may be newer than that of the live projection. */
  let again: Brightness;

  beforeEach(async () => {
    self = projecting();
    again = new Brightness();
    worker = workerOf(self, again);
    await buy(self, 'a', 'b');
    await light(self, 'a', 2);
    await self.settle();
  });
  afterEach(() => expect(world.unhandled).toEqual([]));

  async function untilSwapped(): Promise<void> {
    while (await worker.step());
  }

  test('makes the same rows beside the live ones, says so, and swaps', async () => {
    await rebuilds.request(projection.name);
    await untilSwapped();
    expect(await rebuilds.status()).toEqual([
      {
        projection: projection.name,
        state: 'swapped',
        processed: 4,
        target: 4,
        comparison: [{ table: 'brightness', live: 2, rebuilt: 2, equal: true }],
        error: null,
      },
    ]);
    expect(await rows()).toEqual({ a: 2, b: 0 });
  });

  test('a changed fold shows as a difference, and its rows are the live ones', async () => {
    again.factor = 10;
    await rebuilds.request(projection.name);
    await untilSwapped();
    expect((await rebuilds.status())[0]?.comparison).toEqual([{ table: 'brightness', live: 2, rebuilt: 2, equal: false }]);
    expect(await rows()).toEqual({ a: 20, b: 0 });
  });

  test('F18 the live rows stay until the swap, and what is written meanwhile is in both', async () => {
    again.factor = 10;
    await rebuilds.request(projection.name);
    await worker.step();
    await worker.step();
    await light(self, 'b', 1);
    await self.settle();
    expect(await rows()).toEqual({ a: 2, b: 1 });
    await untilSwapped();
    expect(await rows()).toEqual({ a: 20, b: 10 });
    await light(self, 'b', 1);
    await self.settle();
    expect(await rows()).toEqual({ a: 20, b: 11 });
  });

  test('F18 with commands all the time, the rows are those of a fold from the beginning', async () => {
    let going = true;
    const writing = (async () => {
      for (let n = 0; going; n++) {
        await buy(self, `w-${n}`);
        await light(self, `w-${n}`, n % 3);
      }
      return undefined;
    })();
    for (let n = 0; n < 3; n++) {
      await rebuilds.request(projection.name);
      await untilSwapped();
      const [status] = await rebuilds.status();
      expect(status).toMatchObject({ state: 'swapped', error: null });
    }
    going = false;
    await writing;
    await self.settle();
    const { rows: expected } = await self.database.query<{ id: string; lit: number }>({
      text: `SELECT aggregate_id AS id, (count(*) FILTER (WHERE event_name = 'lamp.lit'))::int AS lit FROM domain_events GROUP BY aggregate_id`,
    });
    expect(await rows()).toEqual(Object.fromEntries(expected.map(({ id, lit }) => [id, lit])));
  });

  test('an event that cannot be folded ends it, and the live rows stay', async () => {
    again.poisoned = 'b';
    await rebuilds.request(projection.name);
    await untilSwapped();
    expect(await rebuilds.status()).toMatchObject([{ state: 'failed', error: expect.stringContaining('b cannot be folded') }]);
    expect(await rows()).toEqual({ a: 2, b: 0 });
  });

  test('parked events are in the rebuilt rows, so their queue is emptied', async () => {
    projection.poisoned = 'c';
    await buy(self, 'c');
    await until('the stream is parked', async () => (await self.parkingLot.count()) === 1);
    projection.poisoned = undefined;
    await rebuilds.request(projection.name);
    await untilSwapped();
    expect(await rows()).toEqual({ a: 2, b: 0, c: 0 });
    expect(await self.parkingLot.count()).toBe(0);
  });

  test('a request during a build begins it again', async () => {
    await rebuilds.request(projection.name);
    await worker.step();
    await rebuilds.request(projection.name);
    await untilSwapped();
    expect(await rebuilds.status()).toMatchObject([{ state: 'swapped' }]);
    expect(await rows()).toEqual({ a: 2, b: 0 });
  });

  test('indexes keep their names, so that a later migration finds them', async () => {
    await rebuilds.request(projection.name);
    await untilSwapped();
    const { rows: indexes } = await self.database.query({
      text: `SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'brightness' ORDER BY 1`,
    });
    expect(indexes).toEqual([{ indexname: 'brightest' }, { indexname: 'brightness_pkey' }]);
  });
});
