import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { retryThenPark } from '../src/application/failure-policy.ts';
import { EventDelivery } from '../src/infrastructure/inbox/event-delivery.ts';
import { readFeedPage } from '../src/infrastructure/subscriptions/feed-page.ts';
import type { Replica } from './feed.fixture.ts';
import { buy, LampWorld, light, reaction, until } from './lamp-world.fixture.ts';

const world = LampWorld.forEachTest();

describe('a handler that hangs', () => {
  test('F17 is a failure like any other: its transaction is undone, and what it does later reaches no connection of others', async () => {
    const self = world.replica([]);
    const delivery = new EventDelivery(self.unitOfWork, 100);
    await buy(self, 'a');
    await light(self, 'a');
    const later: Promise<unknown>[] = [];
    const hanging = reaction(
      async () => {
        const client = await self.unitOfWork.client();
        await client.query(`UPDATE lamps SET name = 'touched'`);
        await sleep(250);
        later.push(
          client.query(`UPDATE lamps SET name = 'late'`).then(
            () => 'written',
            () => 'refused',
          ),
        );
        await self.unitOfWork.client();
      },
      { effect: 'database' },
    );
    await world.db.database.query({ text: `INSERT INTO leases VALUES ('sequencer', 'me', 1, now())` });
    await self.sequencer.sequence(1);
    const [recorded] = (await readFeedPage(world.db.database, 0, ['lamp.bought'], 1)).events;
    if (recorded === undefined) throw new Error('nothing was recorded');
    const event = { ...recorded, actor: { id: 'u', type: 'user' as const }, payload: { lampId: 'a' } };
    await expect(delivery.deliver(hanging, event)).rejects.toMatchObject({ code: 'HANDLER_TIMED_OUT' });
    expect(await delivery.deliver({ ...hanging, handle: async () => undefined }, event)).toBe('handled');
    await until('the handler goes on', () => later.length === 1);
    expect(await Promise.all(later)).toEqual(['refused']);
    expect((await self.lamps.get('a')).name).toBe('a');
    expect(world.unhandled).toEqual([]);
  });
});

describe('redriving', () => {
  /** A replica with version 1 of `a` parked; `versions` is what its handler has handled. */
  async function withParked(): Promise<{ self: Replica; versions: number[]; mend: () => void }> {
    const versions: number[] = [];
    let broken = true;
    const handler = reaction(
      async (event) => {
        if (broken) throw new Error('broken');
        versions.push(event.streamVersion);
      },
      { effect: 'database' },
    );
    const self = world.replica([handler], { policy: retryThenPark({ attempts: 1 }) }).start();
    await buy(self, 'a');
    await self.settle();
    expect(await self.parkingLot.list()).toMatchObject([{ stream: 'Lamp/a', state: 'parked' }]);
    return { self, versions, mend: () => (broken = false) };
  }
  /** Another process in the middle of a transaction that holds the key. */
  async function holdingTheKey(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: world.db.url });
    await client.connect();
    await client.query('BEGIN; SELECT 1 FROM parked_keys FOR UPDATE');
    return client;
  }

  test('F17 whoever takes the subscription over leaves a parked stream parked', async () => {
    const { self, versions, mend } = await withParked();
    await world.stop(self);
    mend();
    const next = world.replica([...self.reactions]).start();
    await light(next, 'a', 2);
    await next.settle();
    expect(versions).toEqual([]);
    await next.parkingLot.redrive('lamp-service.effects');
    expect(await next.redriver.redriveAll()).toBe(3);
    expect(versions).toEqual([1, 2, 3]);
  });

  test('F28 a long queue is redriven in its order: the tenth event is not taken for the second', async () => {
    const { self, versions, mend } = await withParked();
    await light(self, 'a', 11);
    await self.settle();
    mend();
    await self.parkingLot.redrive('lamp-service.effects');
    expect(await self.redriver.redriveAll()).toBe(12);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('F28 an event that comes while the last parked one is redriven waits for it, then is handled', async () => {
    const { self, versions, mend } = await withParked();
    mend();
    const redrive = await holdingTheKey();
    await redrive.query('DELETE FROM parked_events; DELETE FROM parked_keys');
    await light(self, 'a');
    await world.untilSomebodyWaitsForALock();
    await redrive.query('COMMIT');
    await redrive.end();
    await self.settle();
    expect([versions, await self.parkingLot.list()]).toEqual([[2], []]);
  });

  test('F28 a redrive does not close a key that another event is just joining', async () => {
    const { self, versions, mend } = await withParked();
    mend();
    await self.parkingLot.redrive('lamp-service.effects');
    const joining = await holdingTheKey();
    await joining.query(`INSERT INTO parked_events (subscription, stream, event_id, event_name, message)
      SELECT subscription, stream, gen_random_uuid(), event_name,
             jsonb_set(jsonb_set(message::jsonb, '{streamVersion}', '2'), '{eventId}', to_jsonb(gen_random_uuid()))::text FROM parked_events`);
    const redriven = self.redriver.redriveAll();
    await world.untilSomebodyWaitsForALock();
    await joining.query('COMMIT');
    await joining.end();
    expect(await redriven).toBe(2);
    expect([versions, await self.parkingLot.list()]).toEqual([[1, 2], []]);
  });

  test('while the database cannot serve, the key goes on waiting for its redrive; nobody has to ask again', async () => {
    let problem: Error | undefined = new Error('broken');
    const self = world
      .replica([
        reaction(async () => {
          if (problem !== undefined) throw problem;
        }),
      ])
      .start();
    await buy(self, 'a');
    await self.settle();
    await self.parkingLot.redrive('lamp-service.effects');
    problem = Object.assign(new Error('too many connections'), { code: '53300' });
    await expect(self.redriver.redriveAll()).rejects.toThrow('too many connections');
    expect(await self.parkingLot.list()).toMatchObject([{ state: 'redriving' }]);
    problem = undefined;
    expect(await self.redriver.redriveAll()).toBe(1);
    expect(await self.parkingLot.list()).toEqual([]);
  });

  test('F28 two replicas redrive one key of an outside effect: it happens once, in order', async () => {
    const seen: number[] = [];
    let broken = true;
    const make = (): Replica =>
      world
        .replica([
          reaction(async (event) => {
            if (broken) throw new Error('mail server away');
            seen.push(event.streamVersion);
            await sleep(50);
          }),
        ])
        .start();
    const [one, two] = [make(), make()];
    await buy(one, 'a');
    await light(one, 'a', 5);
    await one.settle();
    broken = false;
    one.redriver.start();
    two.redriver.start();
    await one.parkingLot.redrive('lamp-service.effects');
    await until('nothing is parked', async () => (await one.parkingLot.count()) === 0);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
