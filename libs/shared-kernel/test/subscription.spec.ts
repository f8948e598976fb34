import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { EventReaction } from '../src/application/event-reaction.ts';
import { retryThenPark } from '../src/application/failure-policy.ts';
import { messageContext } from '../src/application/message-context.ts';
import { readFeedPage } from '../src/infrastructure/subscriptions/feed-page.ts';
import { ReactionConsumer } from '../src/infrastructure/subscriptions/reaction-consumer.ts';
import { cuttableProxy } from './http/cuttable-proxy.fixture.ts';
import type { Replica } from './feed.fixture.ts';
import { buy, LampWorld, light, reaction, until } from './lamp-world.fixture.ts';
import { lampContracts } from './lamps.fixture.ts';

const world = LampWorld.forEachTest();

describe('a subscription', () => {
  test('F27 a checkpoint that is refused while a handler is under way does not end the process', async () => {
    let goOn = (): void => undefined;
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    const seen: string[] = [];
    const self = world
      .replica([
        reaction(async (event) => {
          seen.push(event.aggregateId);
          if (event.aggregateId === 'slow') await slow;
        }),
      ])
      .start();
    await buy(self, 'first');
    await self.settle();
    await world.db.database.query({ text: `UPDATE leases SET epoch = epoch + 1 WHERE name LIKE 'subscription%'` });
    await buy(self, 'quick', 'slow');
    await until('both are under way', () => seen.includes('quick') && seen.includes('slow'));
    await sleep(300);
    expect(world.unhandled).toEqual([]);
    goOn();
    await self.settle();
    expect(seen).toContain('slow');
  });

  test('F25 when the term ends, what waits for its turn is not begun', async () => {
    const begun: string[] = [];
    let goOn = (): void => undefined;
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    const self = world
      .replica([
        reaction(async (event) => {
          begun.push(event.aggregateId);
          await slow;
        }),
      ])
      .start();
    await buy(self, ...Array.from({ length: 20 }, (_, n) => `l-${n}`));
    await until('four handlers run', () => begun.length === 4);
    await sleep(100);
    const stopped = world.stop(self);
    await sleep(100);
    goOn();
    await stopped;
    expect(begun).toHaveLength(4);
  });

  test('F23 a database that goes silent in mid-run and comes back: each effect once, in order, without an operator', async () => {
    const proxy = await cuttableProxy(world.db.url);
    const versions: number[] = [];
    const self: Replica = world
      .replica(
        [
          reaction(
            async (event) => {
              await (await self.unitOfWork.client()).query('SELECT 1');
              versions.push(event.streamVersion);
            },
            { effect: 'database' },
          ),
        ],
        { url: proxy.url },
      )
      .start();
    const writer = world.replica([]);
    await buy(writer, 'a');
    await self.settle();
    proxy.set('silent');
    await light(writer, 'a', 5);
    await sleep(2_500);
    expect(versions).toEqual([1]);
    proxy.set('open');
    await until('all is handled', () => versions.includes(6));
    await writer.settle();
    expect([...new Set(versions)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await writer.checkpoints.status())[0]?.lastError).toBeNull();
    expect(await writer.parkingLot.list()).toEqual([]);
    expect(world.unhandled).toEqual([]);
    await world.stop(self);
    await proxy.close();
  });

  test('its error is forgotten once it has caught up, also when nothing new is recorded', async () => {
    const self = world.replica([reaction(async () => undefined)]).start();
    await buy(self, 'a');
    await self.settle();
    await self.checkpoints.failed('lamp-service.effects', 'was away', 'running');
    await world.db.database.query({ text: `UPDATE leases SET epoch = epoch + 1 WHERE name LIKE 'subscription%'` });
    await until('no error', async () => (await self.checkpoints.status())[0]?.lastError === null);
  });

  test('a successor that was held back has its own cause', async () => {
    const causes: [number, string, string][] = [];
    const self = world.replica([
      reaction(
        async (event) => {
          causes.push([event.streamVersion, event.eventId, messageContext().messageId]);
        },
        { effect: 'database', order: 'strict' },
      ),
    ]);
    await buy(self, 'a');
    await light(self, 'a', 2);
    await world.db.database.query({ text: `INSERT INTO leases VALUES ('sequencer', 'me', 1, now())` });
    await self.sequencer.sequence(1);
    const { events } = await readFeedPage(world.db.database, 0, ['lamp.bought', 'lamp.lit'], 10);
    const [strict] = self.reactions;
    if (strict === undefined) throw new Error('no reaction');
    for (const event of events.toReversed())
      await self.delivery.deliver(strict, { ...event, actor: { id: 'u', type: 'user' }, payload: { lampId: 'a' } });
    expect(causes.map(([version]) => version)).toEqual([1, 2, 3]);
    for (const [, eventId, cause] of causes) expect(cause).toBe(eventId);
    const [first] = events;
    if (first === undefined) throw new Error('no event');
    const again = { ...first, eventId: randomUUID(), actor: { id: 'u', type: 'user' as const }, payload: { lampId: 'a' } };
    expect(await self.delivery.deliver(strict, again)).toBe('outdated');
  });

  test('a lost race is no failure: handlers that all change one row are not parked for it', async () => {
    const self = world.replica([
      reaction(
        async (event) => {
          if (event.aggregateId === 'counter') return;
          const counter = await self.lamps.get('counter');
          await sleep(5);
          counter.light(counter.lumen + 1);
          await self.lamps.save(counter);
        },
        { effect: 'database' },
      ),
    ]);
    await buy(self, 'counter');
    await Promise.all(Array.from({ length: 60 }, (_, n) => buy(self, `l-${n}`)));
    self.start();
    await self.settle();
    expect(await self.parkingLot.list()).toEqual([]);
    expect((await self.lamps.get('counter')).lumen).toBe(60);
  });

  test('one that is added later sees everything from the beginning, or only what comes, as it declares', async () => {
    const self = world.replica([reaction(async () => undefined)]).start();
    await buy(self, 'old');
    await self.settle();
    const seen: string[] = [];
    const late = (name: string): EventReaction =>
      reaction(async (event) => void seen.push(`${name} ${event.aggregateId}`), { subscription: name });
    const parts = {
      contracts: lampContracts,
      delivery: self.delivery,
      unitOfWork: self.unitOfWork,
      parkingLot: self.parkingLot,
      policy: retryThenPark(),
    };
    const other = world
      .replica([], { consumers: [new ReactionConsumer(late('all'), parts), new ReactionConsumer(late('new'), parts, 'now')] })
      .start();
    await other.settle();
    await until('both stand', async () => (await other.checkpoints.status()).length === 3);
    await buy(self, 'young');
    await other.settle();
    expect(seen.toSorted()).toEqual(['all old', 'all young', 'new young']);
  });

  test('its checkpoint passes nothing unfinished, and events of others behind the last one it took', async () => {
    let goOn = (): void => undefined;
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    const self = world
      .replica([reaction(async (event) => (event.aggregateId === 'b' ? slow : undefined), { events: ['lamp.bought'] })])
      .start();
    await buy(self, 'a', 'b', 'c');
    await light(self, 'a', 2);
    const checkpoint = async (): Promise<number | undefined> => (await self.checkpoints.status())[0]?.checkpoint;
    await until('a is done', async () => (await checkpoint()) === 1);
    await sleep(300);
    expect(await checkpoint()).toBe(1);
    goOn();
    await until('all is done', async () => (await checkpoint()) === 5);
  });

  test('F27 a checkpoint is not written with an older epoch, and never moves back', async () => {
    const self = world.replica([reaction(async () => undefined)]);
    const lost = new AbortController().signal;
    await self.checkpoints.open({ subscription: 's', events: [], startAt: 'beginning', consume: async () => undefined });
    await world.db.database.query({ text: `INSERT INTO leases VALUES ('lease', 'me', 2, now())` });
    await self.checkpoints.save('s', { name: 'lease', epoch: 2, lost }, 7);
    await self.checkpoints.save('s', { name: 'lease', epoch: 2, lost }, 5);
    await expect(self.checkpoints.save('s', { name: 'lease', epoch: 1, lost }, 9)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await self.checkpoints.status())[0]?.checkpoint).toBe(7);
  });

  test('a database that is away is no failure of the handler: it is waited for longer than any policy would', async () => {
    let tries = 0;
    const self = world
      .replica([
        reaction(async () => {
          if (++tries <= 7) throw Object.assign(new Error('too many connections'), { code: '53300' });
        }),
      ])
      .start();
    await buy(self, 'a');
    await self.settle();
    expect([tries, await self.parkingLot.list()]).toEqual([8, []]);
  });

  test('F17 a handler whose statement always runs out of time is parked; it is not the database that is away', async () => {
    const self = world
      .replica([
        reaction(
          async () => {
            const client = await self.unitOfWork.client();
            await client.query('SET LOCAL statement_timeout = 10');
            await client.query('SELECT pg_sleep(1)');
          },
          { effect: 'database' },
        ),
      ])
      .start();
    await buy(self, 'a');
    await self.settle();
    expect(await self.parkingLot.list()).toMatchObject([{ stream: 'Lamp/a', events: [{ attempts: 5 }] }]);
  });

  test('`stop` says why, stands still without losing its place, and goes on when it is let', async () => {
    let broken = true;
    const seen: string[] = [];
    const self = world
      .replica(
        [
          reaction(async (event) => {
            if (broken && event.aggregateId === 'b') throw new Error('no ink');
            seen.push(event.aggregateId);
          }),
        ],
        { policy: () => ({ kind: 'stop' }) },
      )
      .start();
    await buy(self, 'a', 'b', 'c');
    await until('it is stopped', async () => (await self.checkpoints.status())[0]?.state === 'stopped');
    expect((await self.checkpoints.status())[0]?.lastError).toContain('no ink');
    expect(seen).not.toContain('b');
    broken = false;
    await world.db.database.query({ text: `UPDATE subscriptions SET state = 'running'` });
    await self.settle();
    expect([...new Set(seen)].toSorted()).toEqual(['a', 'b', 'c']);
  });
});
