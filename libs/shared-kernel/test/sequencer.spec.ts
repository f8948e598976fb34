import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { readFeedPage } from '../src/infrastructure/subscriptions/feed-page.ts';
import { buy, LampWorld, reaction } from './lamp-world.fixture.ts';

const world = LampWorld.forEachTest();

async function positions(): Promise<number[]> {
  const { rows } = await world.db.database.query<{ position: string }>({
    text: 'SELECT position FROM domain_events ORDER BY id',
  });
  return rows.map((row) => Number(row.position));
}

describe('the sequencer', () => {
  test('F27 a turn that waits while the lease passes on places nothing', async () => {
    const self = world.replica([]);
    await world.db.database.query({ text: `INSERT INTO leases VALUES ('sequencer', 'me', 1, now() + interval '1 hour')` });
    await buy(self, 'a');
    const successor = new pg.Client({ connectionString: world.db.url });
    await successor.connect();
    await successor.query(`BEGIN; UPDATE leases SET holder = 'successor', epoch = 2`);
    const turn = self.sequencer.sequence(1).then(
      () => 'placed',
      (error: unknown) => error,
    );
    await sleep(100);
    await successor.query('COMMIT');
    await successor.end();
    expect(await turn).toMatchObject({ code: 'LEASE_LOST' });
    expect(await self.sequencer.sequence(2)).toBe(1);
    expect(await positions()).toEqual([1]);
  });

  test('F12 a turn whose reply was lost and that still runs beside the next one leaves no gap and moves nothing', async () => {
    const self = world.replica([]);
    await world.db.database.query({ text: `INSERT INTO leases VALUES ('sequencer', 'me', 1, now() + interval '1 hour')` });
    await buy(self, 'a', 'b', 'c');
    const blocker = new pg.Client({ connectionString: world.db.url });
    await blocker.connect();
    await blocker.query('BEGIN; SELECT 1 FROM feed_head FOR UPDATE');
    const turns = Promise.all([self.sequencer.sequence(1), self.sequencer.sequence(1)]);
    await world.untilSomebodyWaitsForALock(2);
    await blocker.query('COMMIT');
    await blocker.end();
    expect((await turns).toSorted()).toEqual([0, 3]);
    expect(await positions()).toEqual([1, 2, 3]);
    await buy(self, 'd');
    expect(await self.sequencer.sequence(1)).toBe(1);
    expect(await positions()).toEqual([1, 2, 3, 4]);
  });
});

test('a reader of rare events goes through a long log in steps', async () => {
  await world.db.database.query({
    text: `INSERT INTO domain_events (position, event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at, recorded_at, correlation_id, causation_id, user_id, actor, payload, prev_hash, hash)
           SELECT n, gen_random_uuid(), 'lamp.bought', 1, 'Lamp', n::text, 1, now(), now(), 'c', 'c', 'u', '{"id":"u","type":"user"}', '{"lampId":"a"}', '', '' FROM unnest(ARRAY[100001, 1000000]) AS n`,
  });
  await world.db.database.query({ text: 'UPDATE feed_head SET position = 1000000' });
  expect(await readFeedPage(world.db.database, 0, ['lamp.bought'], 10)).toMatchObject({ events: [], scannedTo: 100_000 });
  const seen: string[] = [];
  const reader = world
    .replica([reaction(async (event) => void seen.push(event.aggregateId), { events: ['lamp.bought'] })])
    .start();
  const startedAt = performance.now();
  await reader.settle();
  expect(seen).toEqual(['100001', '1000000']);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});
