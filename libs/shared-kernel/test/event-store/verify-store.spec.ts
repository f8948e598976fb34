import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { lampContracts } from '../lamps.fixture.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import type { Item } from '../../src/infrastructure/event-store/event-table.ts';
import { withChecksum } from '../../src/infrastructure/event-store/stored-commit.ts';
import { commitKey } from '../../src/infrastructure/event-store/stream-keys.ts';
import type { Verdict } from '../../src/infrastructure/verify/verdict.ts';
import { verifyDatabase, type VerifyOptions } from '../../src/infrastructure/verify/verify-database.ts';
import { dynamoDbEventTable } from '../../src/infrastructure/event-store/dynamodb.event-table.ts';
import { dynamoDbClient } from './event-tables.fixture.ts';
import { lamp, StoredLamps } from './stored-lamps.fixture.ts';

const lamps = StoredLamps.forEachTest();

/** Three lamps, one of a single event, with commits of one to three events; all copied, all come to rest. */
beforeEach(async () => {
  const replica = lamps.start();
  for (const [id, events] of [
    ['a', 3],
    ['b', 1],
    ['a', 1],
    ['c', 2],
    ['c', 1],
    ['a', 2],
  ] as const)
    await lamps.append(id, events);
  await lamps.work(replica);
  await lamps.stop(replica);
});

function verify(options: Partial<VerifyOptions> = {}): Promise<Verdict> {
  const eventStore = { store: lamps.store, aggregateTypes: ['Lamp'] };
  return verifyDatabase(lamps.db.url, { service: 'lamp-service', graceMs: 0, eventStore, ...options });
}

async function violations(options: Partial<VerifyOptions> = {}): Promise<string[]> {
  return (await verify(options)).violations.map(({ invariant, place, expected }) => `${invariant} ${place}: ${expected}`);
}

async function items(): Promise<Item[]> {
  const found: Item[] = [];
  for (const id of ['a', 'b', 'c'])
    for await (const page of lamps.table.query(`LAMP#${id}`, { from: ' ', to: '~' })) found.push(...page);
  return found;
}

async function put(item: Item): Promise<void> {
  await lamps.client.send(new PutItemCommand({ TableName: lamps.tableName, Item: item }));
}

async function remove({ PK, SK }: Item): Promise<void> {
  await lamps.client.send(
    new DeleteItemCommand({ TableName: lamps.tableName, Key: { PK: PK ?? { S: '' }, SK: SK ?? { S: '' } } }),
  );
}

const placeOf = ({ PK, version }: Item): string => `Lamp/${PK?.S?.slice(5)} version ${version?.N}`;

/** Another text of the same length. */
function withOtherCharacter(text: string, at: number, isNumber: boolean): string {
  const index = at % text.length;
  const old = text[index] ?? '';
  const other = isNumber ? String((Number(old) + 1 + (at % 8)) % 10) : old === 'q' ? 'w' : 'q';
  return text.slice(0, index) + other + text.slice(index + 1);
}

async function flip(item: Item, name: string, at: number): Promise<void> {
  const { S: text, N: number } = item[name] ?? {};
  const changed = withOtherCharacter(text ?? number ?? '', at, text === undefined);
  if (name === 'PK' || name === 'SK') await remove(item);
  await put({ ...item, [name]: text === undefined ? { N: changed } : { S: changed } });
}

describe('verify of an event store', () => {
  test('is clean when nothing was done to it, and says what it looked at', async () => {
    const verdict = await verify();
    expect(verdict.violations).toEqual([]);
    expect(verdict.undecided).toEqual([]);
    const looked = Object.fromEntries(verdict.checked.map((one) => [one.invariant, one.looked]));
    expect([looked['I9'], looked['I3']]).toEqual([20, 10]);
  });

  test(
    'finds any byte of any attribute that was changed, and names stream, version and attribute',
    { timeout: 180_000 },
    async () => {
      const all = await items();
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(), async (which, what, at) => {
          const item = all[which % all.length] ?? {};
          const names = Object.keys(item).toSorted();
          const name = names[what % names.length] ?? '';
          try {
            await flip(item, name, at);
            const found = await violations({ only: ['I9', 'I10'] });
            const named = found.filter((line) => line.includes(placeOf(item)));
            expect(named, `${name} at ${at}: ${found.join('\n')}`).not.toEqual([]);
            if (name !== 'PK' && name !== 'SK') expect(named.join()).toContain(name);
          } finally {
            for (const there of await items()) await remove(there);
            await remove({ ...item, [name]: { S: withOtherCharacter(item[name]?.S ?? ' ', at, false) } });
            for (const original of all) await put(original);
          }
        }),
        { numRuns: 40 },
      );
      expect(await violations()).toEqual([]);
    },
  );

  test('finds each item that was removed, also the newest of its stream', async () => {
    for (const item of await items()) {
      await remove(item);
      const found = await violations({ only: ['I9', 'I10'] });
      expect(found.join('\n')).toContain(placeOf(item));
      await put(item);
    }
    expect(await violations()).toEqual([]);
  });

  test('finds items that were copied to another place or took each other’s', { timeout: 120_000 }, async () => {
    const all = await items();
    for (const one of all) {
      for (const other of all) {
        if (one === other) continue;
        const { PK = { S: '' }, SK = { S: '' } } = other;
        for (const moved of [{ ...one, PK, SK }, withChecksum({ ...one, PK, SK, version: other['version'] ?? { N: '0' } })]) {
          await put(moved);
          expect((await violations({ only: ['I9', 'I10'] })).join('\n')).toContain(placeOf(other).split(' ')[0]);
        }
        await put(other);
      }
    }
    const [first = {}] = all;
    for (const key of [{ PK: { S: 'LAMP#new' } }, { SK: { S: commitKey(9) } }, { SK: { S: 'NOTE' } }]) {
      await put({ ...first, ...key });
      expect(await violations({ only: ['I9', 'I10'] }), JSON.stringify(key)).not.toEqual([]);
      await remove({ ...first, ...key });
    }
    expect(await violations()).toEqual([]);
  });

  test('a history that was written again from the beginning, hashes and all, is found by the log', async () => {
    const events = await lamps.store.readStream(lamp('b')).all();
    for (const item of await items()) if (item['PK']?.S === 'LAMP#b') await remove(item);
    await lamps.append('b', 1);
    expect(events).toHaveLength(1);
    expect(await violations()).toEqual([expect.stringMatching(/^I10 Lamp\/b version 1: .*hash.* as in the store$/)]);
  });

  test('what the relay has not copied is no violation until the grace is over', async () => {
    await lamps.append('a', 2);
    expect(await violations({ graceMs: 60_000 })).toEqual([]);
    lamps.clock.advance(-3_600_000);
    await lamps.append('new', 1);
    expect(await violations({ graceMs: 60_000 })).toEqual([
      expect.stringMatching(/^I10 Lamp\/new version 1: event .* in the log$/),
    ]);
    expect(await violations({ graceMs: 60_000, stream: 'Lamp/a' })).toEqual([]);
  });

  test('finds what was changed, removed or added in the log', async () => {
    await lamps.sql(`UPDATE domain_events SET user_id = 'x' WHERE aggregate_id = 'a' AND stream_version = 5`);
    expect(await violations()).toContain('I10 Lamp/a version 5: userId as in the store');
    await lamps.sql(`DELETE FROM domain_events WHERE aggregate_id = 'b'`);
    expect(await violations()).toContainEqual(expect.stringMatching(/^I10 Lamp\/b version 1: event .* of the store in the log$/));
    await lamps.sql(`UPDATE domain_events SET aggregate_id = 'z' WHERE aggregate_id = 'c'`);
    expect(await violations()).toContain('I10 Lamp/z version 1: the stream in the store');
  });

  test('records of the guide whose ids are no UUIDs come into the log and to the bus under UUIDs that stay the same', async () => {
    const record = (aggregateId: string, version: number, eventId: string, metadata: Item): Promise<void> =>
      put({
        PK: { S: `LAMP#${aggregateId}` },
        SK: { S: `EVENT#2025-11-13T10:00:0${version}.000Z#${eventId}` },
        eventId: { S: eventId },
        eventName: { S: version === 1 ? 'lamp.bought' : 'lamp.lit' },
        aggregateId: { S: aggregateId },
        aggregateType: { S: 'Lamp' },
        version: { N: String(version) },
        occurredAt: { S: `2025-11-13T10:00:0${version}.000Z` },
        payload: { M: { lampId: { S: aggregateId }, name: { S: aggregateId } } },
        metadata: { M: metadata },
      });
    const ids = { correlationId: { S: 'corr-1' }, causationId: { S: 'cause-1' }, userId: { S: 'user-1' } };
    await record('old', 1, 'event-1', ids);
    await record('old', 2, 'event-1', ids);
    await record('older', 1, 'event-1', {});
    await record('older', 2, '0199A1C2-0000-7000-8000-000000000001', ids);
    const replica = lamps.start();
    await lamps.relay(replica).sweep();
    await lamps.work(replica);
    await lamps.stop(replica);
    const eventIds = async (): Promise<string[]> =>
      (
        await lamps.sql<{ id: string }>(
          `SELECT event_id::text AS id FROM domain_events WHERE aggregate_id LIKE 'old%' ORDER BY aggregate_id, stream_version`,
        )
      ).map(({ id }) => id);
    const first = await eventIds();
    expect(first).toHaveLength(4);
    expect(new Set(first).size).toBe(4);
    expect(first[3]).toBe('0199a1c2-0000-7000-8000-000000000001');
    expect(await violations({ only: ['I3', 'I9', 'I10', 'I11'] })).toEqual([]);
    const sent = lamps.bus.sent
      .map(({ detail }) => JSON.parse(detail))
      .filter(({ aggregateId }) => aggregateId.startsWith('old'));
    expect(sent.map(({ eventId }) => eventId).toSorted()).toEqual(first.toSorted());
    expect(sent.find(({ aggregateId, streamVersion }) => aggregateId === 'older' && streamVersion === 1)).toMatchObject({
      causationId: 'imported:event-1',
      userId: 'unknown',
    });
    await lamps.sql(`DELETE FROM domain_events WHERE aggregate_id LIKE 'old%'`);
    const again = lamps.start();
    await lamps.relay(again).sweep();
    await lamps.stop(again);
    expect(await eventIds()).toEqual(first);
  });

  test('a store that does not answer is not clean', async () => {
    const client = dynamoDbClient('http://127.0.0.1:1', 1);
    const store = new EventStoreService(dynamoDbEventTable(client, 'none'), lampContracts, lamps.clock);
    const { undecided } = await verify({ eventStore: { store, aggregateTypes: ['Lamp'] } });
    expect(undecided.map(({ invariant }) => invariant)).toEqual(['I9', 'I10']);
    client.destroy();
  });
});
