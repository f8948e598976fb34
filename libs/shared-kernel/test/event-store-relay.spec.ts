import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemClock } from '../src/application/clock.ts';
import type { StreamName } from '../src/application/event-store.ts';
import { Database } from '../src/infrastructure/database/database.ts';
import { UnitOfWork } from '../src/infrastructure/database/unit-of-work.ts';
import { EventRecorder, type ChainedEvent } from '../src/infrastructure/domain-events/event-recorder.ts';
import { EventStoreService } from '../src/infrastructure/event-store/event-store.service.ts';
import { EventStoreRelay } from '../src/infrastructure/event-store/event-store.relay.ts';
import { InMemoryEventStore, InMemoryEventTable } from '../src/infrastructure/event-store/in-memory.event-store.ts';
import { FeedSignal } from '../src/infrastructure/subscriptions/feed-signal.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { asRequest, lampContracts, LampBought, LampLit } from './lamps.fixture.ts';

/** A table whose index of pending commits may be blind. */
class LaggingTable extends InMemoryEventTable {
  blind = false;

  override async *marked(mark: string): ReturnType<InMemoryEventTable['marked']> {
    if (!this.blind) yield* super.marked(mark);
  }
}

let db: KernelDatabase;
let table: LaggingTable;
let store: InMemoryEventStore;
let unitOfWork: UnitOfWork;
let raised: number;
/** How often the relay has heard of an append. */
let appended: number;
const never = new AbortController().signal;

beforeEach(async () => {
  db = await kernelDatabase();
  table = new LaggingTable();
  store = new InMemoryEventStore(lampContracts, new SystemClock(), { table });
  unitOfWork = new UnitOfWork(db.database, new EventRecorder(lampContracts, new SystemClock()));
  raised = 0;
  appended = 0;
});
afterEach(async () => db.close());

function relay(sweepEveryMs = Infinity): EventStoreRelay {
  const signal = { raise: (): void => void raised++, heard: () => appended, next: async () => undefined };
  return new EventStoreRelay(store, db.database, unitOfWork, signal, { name: 'lamp-service.relay', sweepEveryMs });
}

function lamp(aggregateId: string): StreamName {
  return { aggregateType: 'Lamp', aggregateId };
}

async function append(id: string, events: number): Promise<void> {
  await asRequest(async () => {
    const expected = await store.position(lamp(id));
    const first = expected.version === 0 ? [new LampBought({ lampId: id, name: id })] : [];
    const lit = Array.from({ length: events - first.length }, (_, n) => new LampLit({ lampId: id, lumen: n }));
    await store.append(lamp(id), [...first, ...lit], { expected, commitId: `${id}-${expected.version}` });
  });
}

/** The log without positions, in order of streams and versions. */
async function log(): Promise<Record<string, unknown>[]> {
  const { rows } = await db.database.query<Record<string, unknown>>({
    text: `SELECT event_id, event_name, aggregate_id, stream_version, actor, payload, prev_hash, hash FROM domain_events
           ORDER BY aggregate_id, stream_version`,
  });
  return rows;
}

async function stored(...ids: string[]): Promise<Record<string, unknown>[]> {
  const events: ChainedEvent[] = [];
  for (const id of ids) for await (const event of store.readStored(lamp(id))) events.push(event);
  return events.map((event) => ({
    event_id: event.eventId,
    event_name: event.eventName,
    aggregate_id: event.aggregateId,
    stream_version: event.streamVersion,
    actor: event.actor,
    payload: event.payload,
    prev_hash: event.prevHash,
    hash: event.hash,
  }));
}

async function pending(): Promise<number> {
  let count = 0;
  for await (const _ of store.pendingCommits()) count++;
  return count;
}

describe('the relay', () => {
  test('G36 copies every commit in order, with its hashes, and takes the marks off', async () => {
    await append('a', 3);
    await append('b', 1);
    await append('a', 2);
    expect(await pending()).toBe(3);
    await relay().turn(never);
    expect(await log()).toEqual(await stored('a', 'b'));
    expect(await pending()).toBe(0);
    expect(raised).toBeGreaterThan(0);
  });

  test('copies nothing twice, whoever was interrupted where', async () => {
    await append('a', 2);
    await relay().copy(lamp('a'));
    expect(await pending()).toBe(1);
    await append('a', 2);
    await Promise.all([relay().turn(never), relay().turn(never), relay().turn(never)]);
    expect(await log()).toEqual(await stored('a'));
    expect(await pending()).toBe(0);
  });

  test('F13 what the index does not show is found by the sweep', async () => {
    table.blind = true;
    await append('a', 2);
    await append('b', 2);
    await relay().turn(never);
    expect(await log()).toEqual([]);
    await relay(0).turn(never);
    expect(await log()).toEqual(await stored('a', 'b'));
  });

  test('F13 a pending commit that is shown late finds the earlier ones copied with it', async () => {
    await append('a', 2);
    table.blind = true;
    await append('a', 2);
    await relay().copy(lamp('a'));
    expect(await log()).toHaveLength(4);
  });

  test('a log that was lost is built again from the store, the same to the last byte', async () => {
    for (const id of ['a', 'b', 'c']) await append(id, 40);
    await relay().turn(never);
    const before = await log();
    await db.database.query({ text: 'TRUNCATE domain_events' });
    expect(await relay().sweep()).toBe(120);
    expect(await log()).toEqual(before);
  });

  test('a stream that cannot be copied is named and does not hold up the others', async () => {
    await append('broken', 2);
    await append('sound', 2);
    await relay().turn(never);
    await db.database.query({ text: `UPDATE domain_events SET hash = repeat('f', 64) WHERE aggregate_id = 'broken'` });
    await append('broken', 1);
    await append('sound', 1);
    await expect(relay().turn(never)).rejects.toMatchObject({
      code: 'RELAY_INCOMPLETE',
      message: expect.stringContaining('Lamp/broken'),
    });
    expect((await log()).filter((row) => row['aggregate_id'] === 'sound')).toEqual(await stored('sound'));
    expect(await pending()).toBe(1);
  });
});

describe('the rest between two looks', () => {
  test('is asked to end by each append that was stored, and by no other', async () => {
    let woken = 0;
    const waking = new EventStoreService(table, lampContracts, new SystemClock(), { appended: () => (woken += 1) });
    const buy = (id: string, commitId: string) =>
      asRequest(() => waking.append(lamp(id), [new LampBought({ lampId: id, name: id })], { expected: 'no-stream', commitId }));
    await buy('first', 'one');
    expect(woken).toBe(1);
    await expect(waking.append(lamp('first'), [], { expected: 'no-stream', commitId: 'two' })).rejects.toMatchObject({
      name: 'NothingToAppend',
    });
    expect(woken).toBe(1);
  });

  test('is short after an append was heard of, and long when all is quiet', async () => {
    const idle = relay();
    appended = 1;
    expect(await idle.turn(never)).toBe(50);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await idle.turn(never)).toBe(500);
    appended = 2;
    expect(await idle.turn(never)).toBe(50);
  });

  test('ends at once when another process has appended', async () => {
    const here = new FeedSignal(db.database);
    const otherDatabase = new Database(db.database.options);
    const there = new FeedSignal(otherDatabase);
    const resting = new EventStoreRelay(store, db.database, unitOfWork, here, { name: 'lamp-service.relay' });
    here.start();
    there.start();
    try {
      await resting.turn(never);
      const rested = resting.rest(2_147_483_647, never);
      // Whoever is not listening yet misses what is raised.
      const raising = setInterval(() => there.raise('appended'), 50);
      await rested;
      clearInterval(raising);
      expect(await resting.turn(never)).toBe(50);
    } finally {
      await here.stop();
      await there.stop();
      await otherDatabase.close();
    }
  });
});
