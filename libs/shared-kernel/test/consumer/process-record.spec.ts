import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EventContracts } from '../../src/application/event-contract.ts';
import { ConcurrencyConflict } from '../../src/domain/domain.error.ts';
import type { RecordedEvent } from '../../src/domain/recorded-event.ts';
import { createRecordProcessor } from '../../src/infrastructure/consumer/process-record.ts';
import { RejectedMessage } from '../../src/infrastructure/consumer/rejected-message.ts';
import { Redriver } from '../../src/infrastructure/inbox/redriver.ts';
import { lampContracts, lampEvent } from '../test-contracts.ts';
import { busBody, LampShop, queueRecord } from './lamp-shop.ts';

let shop: LampShop;
beforeAll(async () => {
  shop = await LampShop.open();
});
beforeEach(() => shop.clear());
afterAll(() => shop.close());

describe('a queue message', () => {
  test('reaches every reaction to its event, each in a transaction of its own', async () => {
    const process = shop.processor([shop.reaction('a'), shop.reaction('b')]);
    expect(await process(queueRecord(busBody(lampEvent('l-1', 1))))).toBe('done');
    expect(await shop.effects()).toEqual(['a l-1/1', 'b l-1/1']);
  });

  test('G26 the same event 5 times under 5 bus ids has one effect', async () => {
    const process = shop.processor([shop.reaction('a')]);
    const event = lampEvent('l-1', 1);
    for (let time = 0; time < 5; time++) expect(await process(queueRecord(busBody(event)))).toBe('done');
    expect(await shop.effects()).toEqual(['a l-1/1']);
  });

  test.each([
    ['no JSON', 'hello', 'MALFORMED_MESSAGE'],
    ['no message of the bus', '{"a":1}', 'MALFORMED_MESSAGE'],
    ['a foreign source', busBody(lampEvent('l-1', 1), 'chair-service'), 'MALFORMED_MESSAGE'],
    ['an unknown event', busBody(lampEvent('l-1', 1, { eventName: 'lamp.sold' })), 'UNKNOWN_EVENT'],
    ['a payload against the contract', busBody(lampEvent('l-1', 1, { payload: '{}' })), 'CONTRACT_VIOLATION'],
    ['an event that nobody handles', busBody(lampEvent('l-1', 1, { eventName: 'lamp.broken' })), 'NO_HANDLER'],
  ])('G26 %s is parked with its reason and never retried', async (_case, body, code) => {
    const process = shop.processor([shop.reaction('a')]);
    const record = queueRecord(body);
    expect(await process(record)).toBe('done');
    expect(await process({ ...record, receiveCount: 2 })).toBe('done');
    expect(await shop.parked()).toEqual([
      { key: `shop-service.inbox message/${record.messageId}`, error: expect.stringContaining(`[${code}]`), waiting: 0 },
    ]);
    expect(await shop.effects()).toEqual([]);
  });

  test('G26 what was parked as unreadable is handled once the contract can read it', async () => {
    const reactions = [shop.reaction('a'), shop.reaction('b')];
    const old = { ...shop.parts(reactions), contracts: new EventContracts([]), reactions: [] };
    const record = queueRecord(busBody(lampEvent('l-1', 1)));
    expect(await createRecordProcessor(old)(record)).toBe('done');
    expect(await shop.parked()).toMatchObject([{ error: expect.stringContaining('UNKNOWN_EVENT') }]);

    const inbox = shop.inboxReaction(reactions);
    const contracts = new EventContracts([...lampContracts, RejectedMessage]);
    const redriver = new Redriver(
      shop.kernel.database,
      shop.delivery,
      contracts,
      new Map([[inbox.subscription, inbox]]),
      shop.leases,
    );
    await shop.parkingLot.redrive('shop-service.inbox');
    expect(await redriver.redriveAll()).toBe(1);
    expect([await shop.effects(), await shop.parked()]).toEqual([['a l-1/1', 'b l-1/1'], []]);
    expect(await shop.processor(reactions)(record)).toBe('done');
    expect(await shop.effects()).toHaveLength(2);
  });

  test('what still cannot be read after a redrive is parked again with its new reason', async () => {
    const reactions = [shop.reaction('a')];
    await shop.processor(reactions)(queueRecord('hello'));
    const inbox = shop.inboxReaction(reactions);
    const contracts = new EventContracts([...lampContracts, RejectedMessage]);
    const redriver = new Redriver(
      shop.kernel.database,
      shop.delivery,
      contracts,
      new Map([[inbox.subscription, inbox]]),
      shop.leases,
    );
    await shop.parkingLot.redrive('shop-service.inbox');
    expect(await redriver.redriveAll()).toBe(0);
    expect(await shop.parked()).toMatchObject([{ error: expect.stringContaining('the body is no JSON'), waiting: 0 }]);
  });

  test('a failing reaction is retried by the policy, then parked; the others have their effect', async () => {
    const failing = shop.reaction('bad', {
      before: () => {
        throw new Error('mail server is away');
      },
    });
    const process = shop.processor([failing, shop.reaction('good')], (_error, attempt) =>
      attempt < 3 ? { kind: 'retry', afterMs: 250 * attempt } : { kind: 'park' },
    );
    const record = queueRecord(busBody(lampEvent('l-1', 1)));
    expect(await process(record)).toEqual({ retryAfterMs: 250 });
    expect(await process({ ...record, receiveCount: 2 })).toEqual({ retryAfterMs: 500 });
    expect(await process({ ...record, receiveCount: 3 })).toBe('done');
    expect(await shop.effects()).toEqual(['good l-1/1']);
    expect(await shop.parked()).toEqual([{ key: 'shop-service.bad Lamp/l-1', error: 'Error: mail server is away', waiting: 0 }]);
  });

  test('a reception without a failure is no attempt: the messages of killed processes are not parked for it', async () => {
    let broken = true;
    const reaction = shop.reaction('a', {
      before: () => {
        if (broken) throw new Error('broken');
      },
    });
    const process = shop.processor([reaction], (_error, attempt) =>
      attempt < 5 ? { kind: 'retry', afterMs: 100 * attempt } : { kind: 'park' },
    );
    const record = queueRecord(busBody(lampEvent('l-1', 1)));
    expect(await process({ ...record, receiveCount: 9 })).toEqual({ retryAfterMs: 100 });
    broken = false;
    expect(await process({ ...record, receiveCount: 10 })).toBe('done');
    expect(await shop.parked()).toEqual([]);

    broken = true;
    const forEver = queueRecord(busBody(lampEvent('l-2', 1)));
    expect(await process({ ...forEver, receiveCount: 19 })).toEqual({ retryAfterMs: 100 });
    expect(await process({ ...forEver, receiveCount: 20 })).toBe('done');
    expect(await shop.parked()).toMatchObject([{ key: 'shop-service.a Lamp/l-2' }]);
  });

  test('later events of a parked stream wait behind it; other streams go on', async () => {
    let broken = true;
    const reaction = shop.reaction('a', {
      before: () => {
        if (broken) throw new Error('broken');
      },
    });
    const process = shop.processor([reaction], () => ({ kind: 'park' }));
    await process(queueRecord(busBody(lampEvent('l-1', 1))));
    broken = false;
    for (const event of [lampEvent('l-1', 2), lampEvent('l-2', 1), lampEvent('l-1', 3)])
      await process(queueRecord(busBody(event)));
    expect(await shop.effects()).toEqual(['a l-2/1']);
    expect(await shop.parked()).toMatchObject([{ key: 'shop-service.a Lamp/l-1', waiting: 2 }]);
    await shop.parkingLot.redrive('shop-service.a');
    const redriver = new Redriver(
      shop.kernel.database,
      shop.delivery,
      lampContracts,
      new Map([[reaction.subscription, reaction]]),
      shop.leases,
    );
    expect(await redriver.redriveAll()).toBe(3);
    expect(await shop.effects()).toEqual(['a l-2/1', 'a l-1/1', 'a l-1/2', 'a l-1/3']);
  });

  test('parking meets a redrive that empties the key at the same time: the event is parked under a new key', async () => {
    const reaction = shop.reaction('a', {
      before: () => {
        throw new Error('broken');
      },
    });
    const process = shop.processor([reaction], () => ({ kind: 'park' }));
    const record = queueRecord(busBody(lampEvent('l-1', 2)));
    const redrive = await shop.kernel.database.acquire();
    const parking = await shop.kernel.database.acquire();
    try {
      await parking.client.query(`INSERT INTO parked_keys (subscription, stream) VALUES ('shop-service.a', 'Lamp/l-1')`);
      await redrive.client.query('BEGIN');
      await redrive.client.query('SELECT 1 FROM parked_keys FOR UPDATE');
      const failed = { eventId: record.messageId, eventName: 'lamp.lit', message: '{}' };
      const parked = shop.parkingLot.park(parking.client, 'shop-service.a', 'Lamp/l-1', failed, new Error('broken'), 1);
      await sleep(50);
      await redrive.client.query('DELETE FROM parked_keys');
      await redrive.client.query('COMMIT');
      await parked;
    } finally {
      redrive.release();
      parking.release();
    }
    expect(await shop.parked()).toMatchObject([{ error: 'Error: broken', waiting: 0 }]);
    expect(await process(record)).toBe('done');
    expect(await shop.parked()).toMatchObject([{ waiting: 1 }]);
  });

  test('a lost race is run again at once, three times at most', async () => {
    let races = 3;
    let calls = 0;
    const reaction = shop.reaction('a', {
      before: () => {
        calls++;
        if (races-- > 0) throw new ConcurrencyConflict('Lamp/l-1', 1, 2);
      },
    });
    const process = shop.processor([reaction], () => ({ kind: 'retry', afterMs: 7 }));
    expect(await process(queueRecord(busBody(lampEvent('l-1', 1))))).toBe('done');
    expect([calls, await shop.effects()]).toEqual([4, ['a l-1/1']]);
    races = 100;
    expect(await process(queueRecord(busBody(lampEvent('l-1', 2))))).toEqual({ retryAfterMs: 7 });
    expect([calls, await shop.effects()]).toEqual([8, ['a l-1/1']]);
  });

  test("an error of a database that is away is not the message's: it comes again and the policy is not asked", async () => {
    let away = true;
    const reaction = shop.reaction('a', {
      before: () => {
        if (away) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
      },
    });
    const process = shop.processor([reaction], () => ({ kind: 'park' }));
    const record = queueRecord(busBody(lampEvent('l-1', 1)), 24);
    expect(await process(record)).toEqual({ retryAfterMs: expect.any(Number), databaseAway: true });
    away = false;
    expect(await process(record)).toBe('done');
    expect([await shop.effects(), await shop.parked()]).toEqual([['a l-1/1'], []]);
  });

  test('a reaction to the outside is called without a transaction, and once', async () => {
    const calls: boolean[] = [];
    const mail = shop.reaction('mail', {
      effect: 'outside',
      handle: async () => {
        calls.push(shop.unitOfWork.running);
      },
    });
    const process = shop.processor([mail]);
    const event = lampEvent('l-1', 1);
    for (let time = 0; time < 3; time++) expect(await process(queueRecord(busBody(event)))).toBe('done');
    expect(calls).toEqual([false]);
  });
});

describe('F3 duplicates', () => {
  test('G51 F3 5 parallel deliveries to 2 processors have one effect per handler, and all handlers ran', async () => {
    const reactions = [shop.reaction('a'), shop.reaction('b', { order: 'latest' }), shop.reaction('c')];
    const [one, two] = [shop.processor(reactions), shop.processor(reactions)];
    const events = Array.from({ length: 5 }, (_, index) => lampEvent(`l-${index}`, 1));
    const outcomes = await Promise.all(
      events.flatMap((event) => [one, two, one, two, one].map((process) => process(queueRecord(busBody(event))))),
    );
    expect(new Set(outcomes)).toEqual(new Set(['done']));
    const expected = events.flatMap(({ aggregateId }) => ['a', 'b', 'c'].map((name) => `${name} ${aggregateId}/1`));
    expect((await shop.effects()).toSorted()).toEqual(expected.toSorted());
  });

  test('F3 a delivery 20 days later has no effect', async () => {
    const process = shop.processor([shop.reaction('a')]);
    const event = lampEvent('l-1', 1);
    await process(queueRecord(busBody(event)));
    await shop.kernel.database.query({ text: `UPDATE inbox SET handled_at = handled_at - interval '20 days'` });
    expect(await process(queueRecord(busBody(event)))).toBe('done');
    expect(await shop.effects()).toEqual(['a l-1/1']);
  });
});

describe('order', () => {
  const permutations = (items: readonly number[]): number[][] =>
    items.length <= 1
      ? [[...items]]
      : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

  test('G28 latest: every order of delivery, with duplicates, ends in the state of the newest event', async () => {
    const upsert = shop.reaction('lumens', {
      order: 'latest',
      handle: async ({ aggregateId, payload }: RecordedEvent) => {
        const client = await shop.unitOfWork.client();
        await client.query('INSERT INTO lumens VALUES ($1, $2) ON CONFLICT (lamp) DO UPDATE SET lumen = excluded.lumen', [
          aggregateId,
          'lumen' in payload ? payload.lumen : null,
        ]);
      },
    });
    const process = shop.processor([upsert]);
    const orders = permutations([1, 2, 3, 4]);
    await Promise.all(
      orders.map(async (order, lamp) => {
        const events = new Map(order.map((version) => [version, lampEvent(`l-${lamp}`, version)]));
        for (const version of [...order, ...order.toReversed()]) {
          const event = events.get(version);
          if (event !== undefined) await process(queueRecord(busBody(event)));
        }
      }),
    );
    const { rows } = await shop.kernel.database.query({ text: 'SELECT count(*)::int, min(lumen), max(lumen) FROM lumens' });
    expect(rows).toEqual([{ count: orders.length, min: 4, max: 4 }]);
  });

  test('G28 strict: every order of delivery, with duplicates, applies each event once, in order', async () => {
    const all = ['lamp.bought', 'lamp.lit', 'lamp.broken'];
    const process = shop.processor([shop.reaction('a', { order: 'strict', events: all })]);
    const orders = permutations([1, 2, 3, 4]);
    await Promise.all(
      orders.map(async (order, lamp) => {
        const events = order.map((version) => lampEvent(`l-${lamp}`, version));
        for (const event of [...events.slice(0, 2), ...events]) await process(queueRecord(busBody(event)));
      }),
    );
    const effects = await shop.effects();
    for (const [lamp] of orders.entries())
      expect(effects.filter((effect) => effect.startsWith(`a l-${lamp}/`))).toEqual(
        [1, 2, 3, 4].map((version) => `a l-${lamp}/${version}`),
      );
  });

  test('a strict consumer that leaves out an event of its aggregate is refused at the start', () => {
    expect(() => shop.processor([shop.reaction('a', { order: 'latest' })])).not.toThrow();
    expect(() => shop.processor([shop.reaction('a', { order: 'strict' })])).toThrow(
      expect.objectContaining({ code: 'STRICT_CONSUMER_INCOMPLETE', eventName: 'lamp.bought' }),
    );
  });

  test('what was held in an old shape is handled in the newest', async () => {
    const colours: unknown[] = [];
    const strict = shop.reaction('a', {
      order: 'strict',
      events: ['lamp.bought', 'lamp.lit', 'lamp.broken'],
      handle: async ({ payload }: RecordedEvent) => {
        colours.push('colour' in payload ? payload.colour : undefined);
      },
    });
    const process = shop.processor([strict]);
    await process(queueRecord(busBody(lampEvent('l-1', 2, { eventName: 'lamp.bought', payload: '{"ownerId":"o"}' }))));
    await shop.kernel.database.query({
      text: `UPDATE held_messages SET message = (message::jsonb || '{"schemaVersion":1,"payload":{"ownerId":"o"}}')::text`,
    });
    await process(queueRecord(busBody(lampEvent('l-1', 1))));
    expect(colours).toEqual([undefined, 'white']);
  });
});
