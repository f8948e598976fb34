import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemClock } from '../src/application/clock.ts';
import type { StoredEvent } from '../src/application/stored-event.ts';
import { NO_STREAM } from '../src/domain/stream-position.ts';
import { Database } from '../src/infrastructure/database/database.ts';
import { UnitOfWork } from '../src/infrastructure/database/unit-of-work.ts';
import { DomainEventHistory } from '../src/infrastructure/domain-events/domain-event-history.ts';
import { EventRecorder } from '../src/infrastructure/domain-events/event-recorder.ts';
import { chainHash } from '../src/infrastructure/domain-events/hash-chain.ts';
import { readFeedPage } from '../src/infrastructure/subscriptions/feed-page.ts';
import { FeedSignal } from '../src/infrastructure/subscriptions/feed-signal.ts';
import { Leases } from '../src/infrastructure/subscriptions/leases.ts';
import { Sequencer } from '../src/infrastructure/subscriptions/sequencer.ts';
import { FaultProxy } from '../src/testing/faults/fault-proxy.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { asRequest, CREATE_LAMPS, Lamp, lampContracts, LampRepository } from './lamps.fixture.ts';

interface Fact {
  readonly lampId: string;
  readonly version: number;
  readonly eventName: string;
  readonly payload: object;
}

/** What the log must hold: every fact in the order of its commit, of which the first `sequenced` have a position. */
class Model {
  readonly log: Fact[] = [];
  sequenced = 0;
  epoch = 1;

  stream(lampId: string): Fact[] {
    return this.log.filter((fact) => fact.lampId === lampId);
  }

  has(lampId: string): boolean {
    return this.stream(lampId).length > 0;
  }

  bought(lampId: string): void {
    this.#add(lampId, 'lamp.bought', { lampId, name: lampId });
  }

  lit(lampId: string, lumens: readonly number[]): void {
    for (const lumen of lumens) this.#add(lampId, 'lamp.lit', { lampId, lumen });
  }

  #add(lampId: string, eventName: string, payload: object): void {
    this.log.push({ lampId, version: this.stream(lampId).length + 1, eventName, payload });
  }
}

/** A service’s write side behind a proxy that can lose answers, and its readers. */
class Log {
  readonly #proxied: Database;
  readonly unitOfWork: UnitOfWork;
  readonly lamps: LampRepository;
  readonly sequencer: Sequencer;
  readonly history: DomainEventHistory;

  constructor(
    readonly database: Database,
    readonly proxy: FaultProxy,
  ) {
    this.#proxied = new Database({ ...database.options, url: proxy.through(database.options.url), connections: 4 });
    this.unitOfWork = new UnitOfWork(this.#proxied, new EventRecorder(lampContracts, new SystemClock()));
    this.lamps = new LampRepository(this.unitOfWork);
    this.sequencer = new Sequencer(database, new Leases(database), new FeedSignal(database));
    this.history = new DomainEventHistory(database, lampContracts);
  }

  async close(): Promise<void> {
    await this.#proxied.close();
  }

  async bought(lampId: string, lumens: readonly number[]): Promise<void> {
    const lamp = Lamp.buy(lampId, lampId);
    for (const lumen of lumens) lamp.light(lumen);
    await this.lamps.save(lamp);
  }

  async lit(lampId: string, lumens: readonly number[]): Promise<Lamp> {
    const lamp = await this.lamps.get(lampId);
    for (const lumen of lumens) lamp.light(lumen);
    await this.lamps.save(lamp);
    return lamp;
  }

  /** The answer to the next request that matches never arrives; the database has got it. */
  loseAnswerTo(request: RegExp): void {
    this.proxy.resetAfterForwarding({ next: 1, when: (bytes) => request.test(bytes.toString('latin1')) });
  }
}

/** A save that is one statement: its text, or the name under which it was prepared. */
const WRITE = /WITH state AS|lamps\/(insert|update)/;

interface Row extends Record<keyof StoredEvent, unknown> {
  position: string | null;
  prevHash: string;
  hash: string;
}

/** I3, I9 and the feed: the log is what the model says, in every column that the chain covers. */
async function check(model: Model, { database }: Log): Promise<void> {
  const { rows } = await database.query<Row & { aggregateId: string; streamVersion: number; occurredAt: Date; recordedAt: Date }>(
    {
      name: 'whole-log',
      text: `SELECT position, event_id AS "eventId", event_name AS "eventName", schema_version AS "schemaVersion", aggregate_type AS "aggregateType",
             aggregate_id AS "aggregateId", stream_version AS "streamVersion", occurred_at AS "occurredAt", recorded_at AS "recordedAt",
             correlation_id AS "correlationId", causation_id AS "causationId", user_id AS "userId", actor, traceparent, payload,
             prev_hash AS "prevHash", hash
           FROM domain_events ORDER BY id`,
    },
  );
  expect(
    rows.map((row) => ({
      lampId: row.aggregateId,
      version: row.streamVersion,
      eventName: row.eventName,
      payload: JSON.parse(String(row.payload)),
      position: row.position,
    })),
  ).toEqual(model.log.map((fact, index) => ({ ...fact, position: index < model.sequenced ? String(index + 1) : null })));

  const heads = new Map<string, string>();
  for (const row of rows) {
    const previous = heads.get(row.aggregateId) ?? NO_STREAM.hash;
    const event: StoredEvent = {
      eventId: String(row.eventId),
      eventName: String(row.eventName),
      schemaVersion: Number(row.schemaVersion),
      aggregateType: String(row.aggregateType),
      aggregateId: row.aggregateId,
      streamVersion: row.streamVersion,
      occurredAt: row.occurredAt.toISOString(),
      recordedAt: row.recordedAt.toISOString(),
      correlationId: String(row.correlationId),
      causationId: String(row.causationId),
      userId: String(row.userId),
      actor: String(row.actor),
      payload: String(row.payload),
    };
    expect({ prevHash: row.prevHash, hash: row.hash }).toEqual({ prevHash: previous, hash: chainHash(previous, event) });
    heads.set(row.aggregateId, row.hash);
  }

  const states = await database.query<{ id: string; lumen: number; stream_version: number; stream_hash: string }>({
    name: 'whole-state',
    text: 'SELECT id, lumen, stream_version, stream_hash FROM lamps ORDER BY id COLLATE "C"',
  });
  const ids = [...new Set(model.log.map(({ lampId }) => lampId))].toSorted();
  expect(states.rows).toEqual(
    ids.map((id) => {
      const facts = model.stream(id);
      const lumen = facts.reduce((last, { payload }) => ('lumen' in payload ? Number(payload.lumen) : last), 0);
      return { id, lumen, stream_version: facts.length, stream_hash: heads.get(id) };
    }),
  );
}

type Command = fc.AsyncCommand<Model, Log>;

function command(name: string, can: (model: Model) => boolean, run: (model: Model, log: Log) => Promise<void>): Command {
  return {
    check: can,
    run: async (model, log) => {
      await asRequest(() => run(model, log));
      await check(model, log);
    },
    toString: () => name,
  };
}

const conflict = (lampId: string, expected: number, actual: number) =>
  expect.objectContaining({ code: 'CONCURRENCY_CONFLICT', stream: `Lamp/${lampId}`, expected, actual });

const lampId = fc.constantFrom('l-1', 'l-2', 'l/1', "l'é");
const lumens = fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 6 });
const maybeLumens = fc.array(fc.nat({ max: 99 }), { maxLength: 2 });

const buys = fc.tuple(lampId, maybeLumens).map(([id, more]) =>
  command(
    `buy ${id} and light ${more}`,
    () => true,
    async (model, log) => {
      const saved = log.bought(id, more);
      if (model.has(id)) return expect(saved).rejects.toEqual(conflict(id, 0, model.stream(id).length));
      await saved;
      model.bought(id);
      model.lit(id, more);
    },
  ),
);

const lights = fc.tuple(lampId, lumens).map(([id, values]) =>
  command(
    `light ${id}: ${values}`,
    (model) => model.has(id),
    async (model, log) => {
      const lamp = await log.lit(id, values);
      model.lit(id, values);
      await log.lamps.save(lamp);
    },
  ),
);

const stale = fc.tuple(lampId, lumens, lumens, fc.boolean()).map(([id, first, late, inUnit]) =>
  command(
    `save ${id} twice from one version${inUnit ? ', in a unit' : ''}`,
    (model) => model.has(id),
    async (model, log) => {
      const [winner, loser] = [await log.lamps.get(id), await log.lamps.get(id)];
      for (const lumen of first) winner.light(lumen);
      await log.lamps.save(winner);
      const seen = model.stream(id).length;
      model.lit(id, first);
      for (const lumen of late) loser.light(lumen);
      const saved = log.unitOfWork.run(async () => {
        if (inUnit) await log.unitOfWork.client();
        await log.lamps.save(loser);
      });
      await expect(saved).rejects.toEqual(conflict(id, seen, model.stream(id).length));
      await expect(log.lamps.save(loser)).rejects.toMatchObject({ code: 'SAVE_UNDONE' });
    },
  ),
);

const races = fc.tuple(lampId, fc.integer({ min: 2, max: 4 })).map(([id, racers]) =>
  command(
    `${racers} race for ${id}`,
    (model) => model.has(id),
    async (model, log) => {
      const seen = model.stream(id).length;
      const copies = await Promise.all(Array.from({ length: racers }, () => log.lamps.get(id)));
      copies.forEach((lamp, lumen) => lamp.light(lumen));
      const outcomes = await Promise.allSettled(copies.map((lamp) => log.lamps.save(lamp)));
      const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
      model.lit(id, [winner]);
      const lost = { status: 'rejected', reason: conflict(id, seen, seen + 1) };
      expect(outcomes.toSpliced(winner, 1)).toEqual(Array.from({ length: racers - 1 }, () => lost));
    },
  ),
);

const units = fc
  .tuple(lampId, lumens, lampId, lumens, fc.constantFrom('commits', 'throws', 'loses the answer'))
  .map(([one, first, other, second, end]) =>
    command(
      `a unit lights ${one} and ${other}, and ${end}`,
      (model) => model.has(one) && model.has(other),
      async (model, log) => {
        const done = log.unitOfWork.run(async () => {
          await log.lit(one, first);
          await log.lit(other, second);
          if (end === 'throws') throw new Error('changed my mind');
          if (end === 'loses the answer') {
            await log.unitOfWork.client();
            log.loseAnswerTo(/COMMIT/);
          }
        });
        if (end === 'throws') return expect(done).rejects.toThrow('changed my mind');
        await done;
        model.lit(one, first);
        model.lit(other, second);
      },
    ),
  );

const lostAnswers = fc.tuple(lampId, lumens).map(([id, values]) =>
  command(
    `the answer to a save of ${id} is lost`,
    () => true,
    async (model, log) => {
      const before = log.proxy.resets;
      log.loseAnswerTo(WRITE);
      if (model.has(id)) await log.lit(id, values);
      else {
        await log.bought(id, values);
        model.bought(id);
      }
      model.lit(id, values);
      expect(log.proxy.resets).toBe(before + 1);
    },
  ),
);

const sequencerTurns = fc.constantFrom(false, false, true).map((fenced) =>
  command(
    fenced ? 'a fenced sequencer turns' : 'the sequencer turns',
    () => true,
    async (model, { database, sequencer }) => {
      if (fenced) {
        await database.query({ text: 'UPDATE leases SET epoch = $1', values: [++model.epoch] });
        return expect(sequencer.sequence(model.epoch - 1)).rejects.toMatchObject({ code: 'LEASE_LOST' });
      }
      expect(await sequencer.sequence(model.epoch)).toBe(model.log.length - model.sequenced);
      model.sequenced = model.log.length;
    },
  ),
);

const names = fc.subarray(['lamp.bought', 'lamp.lit', 'lamp.stolen']);
/** From `after` to the head, as a reader goes. */
const readings = fc.tuple(fc.nat({ max: 8 }), names, fc.integer({ min: 1, max: 5 })).map(([after, wanted, limit]) =>
  command(
    `read ${wanted} after ${after} in pages of ${limit}`,
    () => true,
    async (model, { database }) => {
      const feed = model.log.slice(0, model.sequenced).map((fact, index) => ({ ...fact, position: index + 1 }));
      const taken = feed.filter(({ eventName }) => wanted.includes(eventName));
      for (let from = after, last = -1; from > last;) {
        last = from;
        const { events, scannedTo, head } = await readFeedPage(database, from, wanted, limit);
        const expected = taken.filter(({ position }) => position > from).slice(0, limit);
        expect(
          events.map((event) => ({
            lampId: event.aggregateId,
            version: event.streamVersion,
            eventName: event.eventName,
            payload: JSON.parse(event.payload),
            position: event.position,
          })),
        ).toEqual(expected);
        expect(head).toBe(model.sequenced);
        expect(scannedTo).toBe(expected.length === limit ? expected.at(-1)?.position : Math.max(from, model.sequenced));
        from = scannedTo;
      }
    },
  ),
);

const histories = fc.tuple(lampId, fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined })).map(([id, limit]) =>
  command(
    `the last ${limit ?? ''} events of ${id}`,
    () => true,
    async (model, { history }) => {
      const read = await history.of('Lamp', id, limit === undefined ? {} : { limit });
      expect(
        read.map((event) => ({
          lampId: event.aggregateId,
          version: event.streamVersion,
          eventName: event.eventName,
          payload: event.payload,
        })),
      ).toEqual(model.stream(id).toReversed().slice(0, limit));
    },
  ),
);

let db: KernelDatabase;
let proxy: FaultProxy;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
  const { hostname, port } = new URL(db.url);
  proxy = await FaultProxy.start({ target: { host: hostname, port: Number(port) } });
});
afterAll(async () => {
  await proxy.close();
  await db.close();
});

test('A1 the log holds what was acknowledged and nothing that was refused: dense, chained, and in the feed once in its order', async () => {
  const commands = fc.commands([buys, lights, lights, stale, races, units, lostAnswers, sequencerTurns, readings, histories], {
    maxCommands: 25,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(commands, async (asked) => {
      await db.database.query({ text: 'TRUNCATE lamps, domain_events, leases' });
      await db.database.query({ text: 'UPDATE feed_head SET position = 0' });
      await db.database.query({ text: `INSERT INTO leases VALUES ('sequencer', 'me', 1, now())` });
      await proxy.heal();
      const log = new Log(db.database, proxy);
      try {
        await fc.asyncModelRun(() => ({ model: new Model(), real: log }), asked);
      } finally {
        await log.close();
      }
    }),
    { numRuns: 24, plugins: [fc.unbiased()], interruptAfterTimeLimit: 45_000 },
  );
}, 60_000);
