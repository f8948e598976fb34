import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { StreamArchive } from '../../src/infrastructure/event-store/stream-archive.ts';
import { rebuildFeed, type RebuildFeedOptions, type RebuiltFeed } from '../../src/infrastructure/event-store/rebuild-feed.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import type { EventTable } from '../../src/infrastructure/event-store/event-table.ts';
import { ProcessUnderTest } from '../../src/testing/faults/process-under-test.ts';
import type { Replica } from '../feed.fixture.ts';
import { lampContracts } from '../lamps.fixture.ts';
import { lamp, StoredLamps } from './stored-lamps.fixture.ts';

const lamps = StoredLamps.forEachTest();
const DAY = 24 * 3_600_000;

function rebuild(options: Partial<RebuildFeedOptions> = {}): Promise<RebuiltFeed> {
  const { store, db } = lamps;
  return rebuildFeed({ service: 'lamp-service', databaseUrl: db.url, store, aggregateTypes: ['Lamp'], ...options });
}

/** Three lamps whose commits lie between each other in the feed; everything was published, handled and folded. */
async function threeLamps(): Promise<void> {
  const replica = lamps.start();
  for (const [id, events] of [
    ['a', 3],
    ['b', 1],
    ['a', 2],
    ['c', 2],
    ['b', 2],
  ] as const) {
    await lamps.append(id, events);
    await lamps.work(replica);
  }
  await lamps.stop(replica);
}

/** Ids in the order in which they went to the bus. */
function published(): string[] {
  return lamps.bus.sent.map(({ detail }) => JSON.parse(detail).eventId);
}

async function positions(): Promise<{ aggregate_id: string; stream_version: number }[]> {
  const rows = await lamps.sql<{ position: string; aggregate_id: string; stream_version: number }>(
    'SELECT position, aggregate_id, stream_version FROM domain_events ORDER BY position',
  );
  expect(rows.map(({ position }) => Number(position))).toEqual(rows.map((_, index) => index + 1));
  expect(await lamps.sql('SELECT position FROM feed_head')).toEqual([{ position: String(rows.length) }]);
  return rows.map(({ aggregate_id, stream_version }) => ({ aggregate_id, stream_version }));
}

async function expectTheStore(): Promise<void> {
  expect(await lamps.logged('a', 'b', 'c')).toEqual(await lamps.stored('a', 'b', 'c'));
  for (const id of ['a', 'b', 'c']) {
    const versions = (await positions()).filter((row) => row.aggregate_id === id).map((row) => row.stream_version);
    expect(versions).toEqual(versions.toSorted((one, other) => one - other));
  }
}

describe('a rebuild of the feed', () => {
  test('of a service that was never started on this database says so and what to do', async () => {
    await threeLamps();
    expect(await rebuild()).toMatchObject({ events: 10 });
    await lamps.sql('ALTER TABLE domain_events RENAME TO elsewhere');
    await expect(rebuild()).rejects.toMatchObject({ code: 'NO_LOG', message: expect.stringContaining('Start it once') });
  });

  test('of a sound log changes nothing of it, and nothing is published or handled again, however often it is done', async () => {
    await threeLamps();
    const before = await lamps.feed();
    const [sent, handled] = [published(), [...lamps.handled]];
    expect([sent.length, handled.length]).toEqual([10, 10]);
    for (let time = 0; time < 2; time++) {
      expect(await rebuild()).toEqual({
        service: 'lamp-service',
        streams: 3,
        events: 10,
        added: 0,
        changed: 0,
        dropped: 0,
        projections: ['lamp-service.brightness'],
      });
      expect(await lamps.feed()).toEqual(before);
      await lamps.workOnce();
      expect(await lamps.feed()).toEqual(before);
    }
    expect([published(), lamps.handled]).toEqual([sent, handled]);
    expect(await lamps.brightness()).toEqual({ a: 4, b: 2, c: 1 });
  });

  test('of a log that was lost: it is the store again; events come to the bus under their old ids, and no reaction runs twice', async () => {
    await threeLamps();
    const [sent, handled] = [published(), [...lamps.handled]];
    await lamps.sql('TRUNCATE domain_events');
    expect(await rebuild()).toMatchObject({ events: 10, added: 10 });
    await expectTheStore();
    await lamps.workOnce();
    expect(published().slice(10).toSorted()).toEqual(sent.toSorted());
    expect(lamps.handled).toEqual(handled);
    expect(await lamps.brightness()).toEqual({ a: 4, b: 2, c: 1 });
    await lamps.append('a', 1);
    await lamps.workOnce();
    expect([published().length, lamps.handled.length]).toEqual([21, 11]);
    expect(await lamps.brightness()).toEqual({ a: 5, b: 2, c: 1 });
  });

  test('what was lost in the middle of a stream stands where it stood; what is older than the inboxes remember is not delivered again', async () => {
    lamps.clock.advance(-40 * DAY);
    await threeLamps();
    const before = await lamps.feed();
    await lamps.sql(
      `DELETE FROM domain_events WHERE (aggregate_id, stream_version) IN (('a', 2), ('a', 4), ('b', 3), ('c', 1), ('c', 2))`,
    );
    await lamps.sql('DELETE FROM inbox');
    expect(await rebuild()).toMatchObject({ added: 5 });
    await expectTheStore();
    await lamps.workOnce();
    expect([published().length, lamps.handled.length]).toEqual([10, 10]);
    expect(Object.entries(before)).toContainEqual([
      'readers',
      await lamps.sql('SELECT name, checkpoint, state FROM subscriptions ORDER BY name'),
    ]);
  });

  test('a reader that stood in the middle goes on behind the same event, and what nobody has seen yet is delivered', async () => {
    await threeLamps();
    const last = lamps.handled.slice(6);
    await lamps.sql(`UPDATE subscriptions SET checkpoint = 6 WHERE name = 'lamp-service.effects'`);
    await lamps.sql(`DELETE FROM inbox WHERE event_id::text IN ('${last.join("','")}')`);
    lamps.handled.length = 6;
    await lamps.append('a', 1);
    await lamps.sql(`DELETE FROM domain_events WHERE aggregate_id = 'a' AND stream_version = 1`);
    await rebuild();
    await lamps.workOnce();
    expect(lamps.handled.slice(6)).toEqual(expect.arrayContaining(last));
    expect([lamps.handled.length, published().length]).toEqual([11, 11]);
    expect([new Set(lamps.handled).size, new Set(published()).size]).toEqual([11, 11]);
  });

  test('puts right what was changed in the log, and refuses what only the log has until it is told to drop it', async () => {
    await threeLamps();
    await lamps.sql(
      `UPDATE domain_events SET payload = '{"lampId":"a","lumen":99}' WHERE aggregate_id = 'a' AND stream_version = 2`,
    );
    await lamps.sql(`UPDATE domain_events SET position = 11 WHERE aggregate_id = 'a' AND stream_version = 1`);
    await lamps.sql(`INSERT INTO domain_events (event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at,
        recorded_at, correlation_id, causation_id, user_id, actor, payload, prev_hash, hash)
      SELECT gen_random_uuid(), event_name, schema_version, aggregate_type, 'z', 1, occurred_at, recorded_at, correlation_id, causation_id,
        user_id, actor, payload, prev_hash, hash FROM domain_events WHERE aggregate_id = 'c' AND stream_version = 1`);
    const before = await lamps.feed();
    await expect(rebuild()).rejects.toMatchObject({ code: 'LOG_HAS_MORE', count: 1, place: 'Lamp/z version 1' });
    expect(await lamps.feed()).toEqual(before);
    expect(await rebuild({ dropUnknown: true })).toMatchObject({ events: 10, added: 0, changed: 1, dropped: 1 });
    await expectTheStore();
    expect(await lamps.logged('z')).toEqual([]);
  });

  test('leaves alone what the log holds of aggregates that are not in the store', async () => {
    await threeLamps();
    await lamps.sql(`UPDATE domain_events SET aggregate_type = 'Erasure', event_id = gen_random_uuid() WHERE aggregate_id = 'c'`);
    await lamps.sql(`DELETE FROM domain_events WHERE aggregate_id = 'a'`);
    const others = () =>
      lamps.sql(
        `SELECT event_id, stream_version, payload, hash FROM domain_events WHERE aggregate_type = 'Erasure' ORDER BY position`,
      );
    const before = await others();
    expect(await rebuild()).toMatchObject({ streams: 3, events: 12, added: 7, dropped: 0 });
    expect(await others()).toEqual(before);
    expect(before).toHaveLength(2);
  });

  test('is refused while the service works, and then nothing has changed', async () => {
    await lamps.append('a', 2);
    const replica = lamps.start();
    await lamps.work(replica);
    const before = await lamps.feed();
    await expect(rebuild()).rejects.toMatchObject({ code: 'SERVICE_RUNS', service: 'lamp-service' });
    expect(await lamps.feed()).toEqual(before);
    await lamps.stop(replica);
    await rebuild();
  });

  test('holds back a service that starts meanwhile', async () => {
    await threeLamps();
    await lamps.sql('DELETE FROM leases');
    const leased: string[] = [];
    const seen: string[][] = [];
    let replica: Replica | undefined;
    const table: EventTable = {
      ...lamps.table,
      async *query(...args) {
        replica ??= lamps.start();
        replica.leases.want('probe', ({ name }) => void leased.push(name));
        await sleep(400);
        seen.push([...leased]);
        yield* lamps.table.query(...args);
      },
    };
    await rebuild({ store: new EventStoreService(table, lampContracts, lamps.clock) });
    expect(seen).toEqual([[], [], []]);
    if (replica !== undefined) await lamps.work(replica);
    expect(leased).toContain('probe');
    expect([published().length, lamps.handled.length]).toEqual([10, 10]);
  });

  test('is refused when a stream of the store is broken, and then nothing has changed', async () => {
    await threeLamps();
    const before = await lamps.feed();
    const item = await lamps.table.get({ partition: 'LAMP#b', sort: 'EVENT#000000000002' });
    await lamps.table.replace({ ...item, commitId: { S: 'another' }, payload: { S: '{"lampId":"b","lumen":7}' } });
    await expect(rebuild()).rejects.toMatchObject({ code: 'BROKEN_STREAM', stream: 'Lamp/b' });
    expect(await lamps.feed()).toEqual(before);
  });

  test('keeps the events of an archived stream, which only the log has, if their chain ends at the tombstone', async () => {
    await threeLamps();
    await lamps.store.seal(lamp('a'), await lamps.store.position(lamp('a')));
    class Shelf extends StreamArchive {
      override async store(): Promise<string> {
        return 'shelf/a';
      }
    }
    await lamps.store.archive(lamp('a'), new Shelf());
    const before = await lamps.feed();
    expect(await rebuild()).toMatchObject({ streams: 3, events: 10, added: 0 });
    expect(await lamps.feed()).toEqual(before);
    await lamps.sql(`UPDATE domain_events SET payload = '{}' WHERE aggregate_id = 'a' AND stream_version = 2`);
    await expect(rebuild()).rejects.toMatchObject({ code: 'STREAM_ARCHIVED', archivedTo: 'shelf/a' });
  });

  test(
    'a process that is killed in the middle or before the end has changed nothing; the next one does it all',
    { timeout: 120_000 },
    async () => {
      await threeLamps();
      await lamps.sql(`DELETE FROM domain_events WHERE aggregate_id = 'b'`);
      const before = await lamps.feed();
      const run = async (crashAt: string) => {
        const process = await ProcessUnderTest.start({
          name: crashAt,
          module: join(import.meta.dirname, 'rebuilding.process.ts'),
          args: [lamps.awsUrl, lamps.tableName, lamps.db.url, crashAt],
          execArgv: ['--experimental-transform-types', '--no-warnings'],
        });
        const { signal } = await process.exited;
        return { signal, said: process.lastWords };
      };
      for (const crashAt of ['rebuild.mid-feed:2', 'rebuild.before-commit:1']) {
        expect(await run(crashAt)).toEqual({ signal: 'SIGKILL', said: '' });
        expect(await lamps.feed()).toEqual(before);
      }
      expect(await run('')).toEqual({ signal: null, said: 'rebuilt 10' });
      await expectTheStore();
      await lamps.workOnce();
      expect(lamps.handled).toHaveLength(10);
      expect(await lamps.brightness()).toEqual({ a: 4, b: 2, c: 1 });
    },
  );
});
