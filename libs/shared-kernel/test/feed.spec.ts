import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventReaction } from '../src/application/event-reaction.ts';
import type { RecordedEvent } from '../src/domain/recorded-event.ts';
import { isUnavailable } from '../src/infrastructure/database/pg-errors.ts';
import { readFeedPage } from '../src/infrastructure/subscriptions/feed-page.ts';
import { Replica } from './feed.fixture.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { asRequest, CREATE_LAMPS, Lamp } from './lamps.fixture.ts';

let db: KernelDatabase;
const replicas: Replica[] = [];

beforeEach(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
  await db.database.query({
    text: 'CREATE TABLE effects (n serial PRIMARY KEY, subscription text, event_id text, stream text, version int)',
  });
});
afterEach(async () => {
  await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
  await db.close();
});

function replica(reactions: (self: () => Replica) => EventReaction[], ttlMs?: number): Replica {
  const made: Replica = new Replica(
    db.url,
    reactions(() => made),
    [],
    ttlMs,
  );
  replicas.push(made);
  return made.start();
}
function recordsEffects(
  self: () => Replica,
  subscription = 'lamp-service.effects',
  before?: (event: RecordedEvent) => void,
): EventReaction {
  return {
    subscription,
    events: ['lamp.bought', 'lamp.lit'],
    effect: 'database',
    order: 'any',
    async handle(event) {
      before?.(event);
      const client = await self().unitOfWork.client();
      await client.query('INSERT INTO effects (subscription, event_id, stream, version) VALUES ($1, $2, $3, $4)', [
        subscription,
        event.eventId,
        event.aggregateId,
        event.streamVersion,
      ]);
    },
  };
}
async function light(self: Replica, id: string, times: number): Promise<void> {
  for (let n = 1; n <= times; n++) {
    await patiently(() =>
      asRequest(async () => {
        const lamp = await self.lamps.get(id);
        lamp.light(n);
        await self.lamps.save(lamp);
      }),
    );
  }
}
async function patiently(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
  }
}
async function buy(self: Replica, ...ids: string[]): Promise<void> {
  for (const id of ids) await asRequest(() => self.lamps.save(Lamp.buy(id, id)));
}
async function effects(subscription = 'lamp-service.effects'): Promise<{ stream: string; version: number }[]> {
  const { rows } = await db.database.query<{ stream: string; version: number }>({
    text: 'SELECT stream, version FROM effects WHERE subscription = $1 ORDER BY n',
    values: [subscription],
  });
  return rows;
}
async function positions(): Promise<{ position: string; aggregate_id: string; stream_version: number }[]> {
  const { rows } = await db.database.query<{ position: string; aggregate_id: string; stream_version: number }>({
    text: 'SELECT position, aggregate_id, stream_version FROM domain_events ORDER BY position',
  });
  return rows;
}

describe('the feed', () => {
  test('is contiguous from 1 and keeps each stream in order, whatever 12 writers, rollbacks and a stuck transaction do', async () => {
    const self = replica(() => []);
    const stuck = new pg.Client({ connectionString: db.url });
    await stuck.connect();
    await stuck.query('BEGIN');
    await stuck.query(`INSERT INTO domain_events (event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at, recorded_at, correlation_id, causation_id, user_id, actor, payload, prev_hash, hash)
      VALUES (gen_random_uuid(), 'lamp.bought', 1, 'Lamp', 'stuck', 1, now(), now(), 'c', 'c', 'u', '{}', '{"lampId":"stuck"}', '', '')`);
    await Promise.all(
      Array.from({ length: 12 }, async (_, writer) => {
        await buy(self, `l-${writer}`);
        await light(self, `l-${writer}`, 8);
        await asRequest(() =>
          self.unitOfWork.run(async () => {
            await self.lamps.save(Lamp.buy(`gone-${writer}`, `gone-${writer}`));
            await self.unitOfWork.client();
            throw new Error('rolled back');
          }),
        ).catch(() => undefined);
      }),
    );
    await self.settle();
    expect(await positions()).toHaveLength(108);
    await stuck.query('COMMIT');
    await stuck.end();
    await self.settle();
    const feed = await positions();
    expect(feed.map((row) => Number(row.position))).toEqual(Array.from({ length: 109 }, (_, index) => index + 1));
    expect(feed.at(-1)?.aggregate_id).toBe('stuck');
    for (let writer = 0; writer < 12; writer++) {
      expect(feed.filter((row) => row.aggregate_id === `l-${writer}`).map((row) => row.stream_version)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9,
      ]);
    }
  });

  test('a sequencer that lost its lease cannot place anything', async () => {
    const self = new Replica(db.url, []);
    replicas.push(self);
    await db.database.query({ text: `INSERT INTO leases VALUES ('sequencer', 'other', 7, now() + interval '1 hour')` });
    await buy(self, 'l-1');
    expect(await self.sequencer.sequence(7)).toBe(1);
    await buy(self, 'l-2');
    await expect(self.sequencer.sequence(6)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await readFeedPage(db.database, 0, ['lamp.bought'], 10)).events).toHaveLength(1);
  });

  test('ids of one stream that were inverted are put right within a turn', async () => {
    const self = new Replica(db.url, []);
    replicas.push(self);
    await db.database.query({ text: `INSERT INTO leases VALUES ('sequencer', 'me', 1, now() + interval '1 hour')` });
    await buy(self, 'l-1');
    await light(self, 'l-1', 2);
    await db.database.query({ text: `UPDATE domain_events SET stream_version = stream_version + 100` });
    await db.database.query({ text: `UPDATE domain_events SET stream_version = 104 - stream_version` });
    expect(await self.sequencer.sequence(1)).toBe(3);
    expect((await positions()).map((row) => row.stream_version)).toEqual([1, 2, 3]);
  });
});

describe('a subscription', () => {
  test('handles every event once, each stream in order, and survives its replica', async () => {
    const first = replica((self) => [recordsEffects(self)]);
    await buy(first, 'a', 'b', 'c');
    await Promise.all(['a', 'b', 'c'].map((id) => light(first, id, 10)));
    const second = replica((self) => [recordsEffects(self)]);
    await replicas.splice(replicas.indexOf(first), 1)[0]?.stop();
    await Promise.all(['a', 'b', 'c'].map((id) => light(second, id, 10)));
    await second.settle();
    const seen = await effects();
    expect(seen).toHaveLength(63);
    for (const id of ['a', 'b', 'c'])
      expect(seen.filter((row) => row.stream === id).map((row) => row.version)).toEqual(
        Array.from({ length: 21 }, (_, index) => index + 1),
      );
  });

  test('two replicas at once: every effect once', async () => {
    const [one, two] = [replica((self) => [recordsEffects(self)]), replica((self) => [recordsEffects(self)])];
    await Promise.all([buy(one, 'a'), buy(two, 'b')]);
    await Promise.all([light(one, 'a', 20), light(two, 'b', 20)]);
    await one.settle();
    expect(await effects()).toHaveLength(42);
  });

  test('F27 a worker that was paused beyond its lease leaves every effect single and in order', async () => {
    const paused = replica((self) => [recordsEffects(self)], 300);
    await buy(paused, 'a');
    await paused.settle();
    await db.database.query({
      text: `UPDATE leases SET holder = 'thief', epoch = epoch + 1, expires_at = now() + interval '200 ms'`,
    });
    await light(paused, 'a', 5);
    await paused.settle();
    expect((await effects()).map((row) => row.version)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('G18 a handler that throws twice runs three times and has one effect', async () => {
    let tries = 0;
    const self = replica((me) => [
      recordsEffects(me, 'lamp-service.effects', () => {
        if (++tries < 3) throw new Error('not yet');
      }),
    ]);
    await buy(self, 'a');
    await self.settle();
    expect([tries, (await effects()).length]).toEqual([3, 1]);
  });

  test('G18 a poison event is parked with its successors while other streams go on; redrive brings them in order', async () => {
    let broken = true;
    const self = replica((me) => [
      recordsEffects(me, 'lamp-service.effects', (event) => {
        if (broken && event.aggregateId === 'bad' && event.streamVersion === 2) throw new Error('cannot light this lamp');
      }),
    ]);
    await buy(self, 'bad', 'good');
    await light(self, 'bad', 3);
    await light(self, 'good', 3);
    await self.settle();
    expect((await effects()).filter((row) => row.stream === 'good')).toHaveLength(4);
    expect((await effects()).filter((row) => row.stream === 'bad')).toHaveLength(1);
    const [key] = await self.parkingLot.list();
    expect(key).toMatchObject({ subscription: 'lamp-service.effects', stream: 'Lamp/bad', state: 'parked' });
    expect(key?.events.map((event) => [event.eventName, event.attempts, event.error])).toEqual([
      ['lamp.lit', 5, 'Error: cannot light this lamp'],
      ['lamp.lit', 0, null],
      ['lamp.lit', 0, null],
    ]);

    await self.parkingLot.redrive('lamp-service.effects');
    expect(await self.redriver.redriveAll()).toBe(0);
    expect((await self.parkingLot.list())[0]).toMatchObject({ state: 'parked' });

    broken = false;
    await light(self, 'bad', 1);
    await self.settle();
    expect(await self.parkingLot.redrive('lamp-service.effects', 'Lamp/bad')).toBe(1);
    expect(await self.redriver.redriveAll()).toBe(4);
    await light(self, 'bad', 1);
    await self.settle();
    expect((await effects()).filter((row) => row.stream === 'bad').map((row) => row.version)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await self.parkingLot.list()).toEqual([]);
  });

  test('a database that is away is waited for: nothing is parked, nothing is lost', async () => {
    const self = replica((me) => [recordsEffects(me)]);
    await buy(self, 'a');
    await self.settle();
    for (let n = 0; n < 5; n++) {
      await light(self, 'a', 3);
      await db.database.query({
        text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'replica%'`,
      });
    }
    await patiently(() => self.settle());
    expect((await effects()).map((row) => row.version)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
    expect(await self.parkingLot.list()).toEqual([]);
  });
});
