import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SystemClock } from '../src/application/clock.ts';
import { chainHash } from '../src/infrastructure/domain-events/hash-chain.ts';
import { EventRecorder } from '../src/infrastructure/domain-events/event-recorder.ts';
import { Database } from '../src/infrastructure/database/database.ts';
import { UnitOfWork } from '../src/infrastructure/database/unit-of-work.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { asRequest, CREATE_LAMPS, Lamp, lampContracts, LampRepository } from './lamps.fixture.ts';

/** Forgets the reply to its first write. */
class ReplyLosingDatabase extends Database {
  writes = 0;

  override async query<R extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<R>> {
    const result = await super.query<R>(statement);
    if (statement.text.startsWith('WITH state') && ++this.writes === 1)
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    return result;
  }
}

let db: KernelDatabase;
let unitOfWork: UnitOfWork;
let repository: LampRepository;
let commits = 0;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.database.query({ text: 'TRUNCATE lamps, domain_events, idempotency_keys' });
  commits = 0;
  unitOfWork = new UnitOfWork(db.database, new EventRecorder(lampContracts, new SystemClock()), () => commits++);
  repository = new LampRepository(unitOfWork);
});

async function log(): Promise<Record<string, unknown>[]> {
  const { rows } = await db.database.query({ text: 'SELECT * FROM domain_events ORDER BY aggregate_id, stream_version' });
  return rows;
}
const answer = (key: string) => ({ principal: 'u-1', key, bodyHash: 'h', status: 201, response: '{}' });

describe('saving an aggregate', () => {
  test('writes its row and its events, chained and stamped, as one commit', async () => {
    await asRequest(async () => {
      const lamp = Lamp.buy('l-1', 'desk');
      lamp.light(300);
      await repository.save(lamp);
      expect(lamp.getUncommittedEvents()).toEqual([]);
    });
    const events = await log();
    expect(
      events.map((event) => [
        event['event_name'],
        event['stream_version'],
        event['causation_id'],
        event['correlation_id'],
        event['user_id'],
      ]),
    ).toEqual([
      ['lamp.bought', 1, 'request-1', 'corr-1', 'l-1'],
      ['lamp.lit', 2, 'request-1', 'corr-1', 'l-1'],
    ]);
    expect(events[1]?.['prev_hash']).toBe(events[0]?.['hash']);
    const lamp = await repository.get('l-1');
    expect([lamp.lumen, lamp.position.version, lamp.position.hash]).toEqual([300, 2, events[1]?.['hash']]);
    expect(commits).toBe(1);
  });

  test('the stored hash is the hash of the stored fields', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    const [event] = await log();
    const text = (column: string): string => String(event?.[column]);
    const time = (column: string): string => {
      const value = event?.[column];
      return value instanceof Date ? value.toISOString() : '';
    };
    expect(event?.['hash']).toBe(
      chainHash('0'.repeat(64), {
        eventId: text('event_id'),
        eventName: 'lamp.bought',
        schemaVersion: 1,
        aggregateType: 'Lamp',
        aggregateId: 'l-1',
        streamVersion: 1,
        occurredAt: time('occurred_at'),
        recordedAt: time('recorded_at'),
        correlationId: 'corr-1',
        causationId: 'request-1',
        userId: 'l-1',
        actor: text('actor'),
        payload: text('payload'),
      }),
    );
  });

  test('G15 a clock that goes back a day changes no order: versions rule, and recorded time never runs backwards', async () => {
    const times = ['2026-11-03T12:00:00.000Z', '2026-11-02T12:00:00.000Z', '2026-11-04T12:00:00.000Z'];
    for (const [index, time] of times.entries()) {
      const clock = { now: () => new Date(time) };
      const lamps = new LampRepository(new UnitOfWork(db.database, new EventRecorder(lampContracts, clock)));
      await asRequest(async () => {
        const lamp = index === 0 ? Lamp.buy('l-1', 'desk') : await lamps.get('l-1');
        lamp.light(index);
        await lamps.save(lamp);
      });
    }
    const events = await log();
    expect(events.map((event) => event['stream_version'])).toEqual([1, 2, 3, 4]);
    expect(events.map((event) => String(event['payload']).includes('"lumen":2'))).toEqual([false, false, false, true]);
    const iso = (column: string): string[] => events.map((event) => new Date(String(event[column])).toISOString().slice(0, 10));
    expect(iso('occurred_at')).toEqual(['2026-11-03', '2026-11-03', '2026-11-02', '2026-11-04']);
    expect(iso('recorded_at')).toEqual(['2026-11-03', '2026-11-03', '2026-11-03', '2026-11-04']);
  });

  test('without events nothing is written', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    await asRequest(async () => repository.save(await repository.get('l-1')));
    expect(await log()).toHaveLength(1);
    expect(commits).toBe(1);
  });

  test('outside of a message context nothing is recorded: no event without cause and actor', async () => {
    await expect(repository.save(Lamp.buy('l-1', 'desk'))).rejects.toMatchObject({ code: 'NO_MESSAGE_CONTEXT' });
    expect(await log()).toEqual([]);
  });

  test('G6 of 20 writers of one version one wins, the others are told the actual version', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    const copies = await Promise.all(Array.from({ length: 20 }, () => repository.get('l-1')));
    const outcomes = await asRequest(() =>
      Promise.allSettled(
        copies.map((lamp, index) => {
          lamp.light(index + 1);
          return repository.save(lamp);
        }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toHaveLength(19);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'CONCURRENCY_CONFLICT', expected: 1, actual: 2 });
    expect((await log()).map((event) => event['stream_version'])).toEqual([1, 2]);
  });

  test('a second row with a unique value is the domain error of its repository, an existing id a conflict', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    await expect(asRequest(() => repository.save(Lamp.buy('l-2', 'desk')))).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(asRequest(() => repository.save(Lamp.buy('l-1', 'floor')))).rejects.toMatchObject({
      code: 'CONCURRENCY_CONFLICT',
    });
    expect(await log()).toHaveLength(1);
  });

  test('F5 whoever creates an aggregate that exists is told the version at which it really stands', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    await asRequest(async () => {
      const lamp = await repository.get('l-1');
      lamp.light(1);
      lamp.light(2);
      await repository.save(lamp);
    });
    await expect(asRequest(() => repository.save(Lamp.buy('l-1', 'floor')))).rejects.toMatchObject({
      code: 'CONCURRENCY_CONFLICT',
      expected: 0,
      actual: 3,
    });
  });
});

describe('a unit of work', () => {
  test('commits several aggregates together', async () => {
    await asRequest(() =>
      unitOfWork.run(async () => {
        await repository.save(Lamp.buy('l-1', 'desk'));
        await repository.save(Lamp.buy('l-2', 'floor'));
      }),
    );
    expect(await log()).toHaveLength(2);
    expect(commits).toBe(1);
  });

  test('rolls everything back when one of them is refused', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-0', 'desk')));
    await expect(
      asRequest(() =>
        unitOfWork.run(async () => {
          await repository.save(Lamp.buy('l-1', 'wall'));
          await repository.save(Lamp.buy('l-2', 'desk'));
        }),
      ),
    ).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect((await log()).map((event) => event['aggregate_id'])).toEqual(['l-0']);
  });

  test('rolls back when the work throws after a save that was sent', async () => {
    await expect(
      asRequest(() =>
        unitOfWork.run(async () => {
          await repository.save(Lamp.buy('l-1', 'wall'));
          expect((await repository.get('l-1')).name).toBe('wall');
          throw new Error('too late');
        }),
      ),
    ).rejects.toThrow('too late');
    expect(await log()).toEqual([]);
    expect(db.database.pool.idleCount).toBe(db.database.pool.totalCount);
  });

  test('reads what it has saved', async () => {
    await asRequest(() =>
      unitOfWork.run(async () => {
        await repository.save(Lamp.buy('l-1', 'desk'));
        const lamp = await repository.get('l-1');
        lamp.light(5);
        await repository.save(lamp);
      }),
    );
    expect((await repository.get('l-1')).lumen).toBe(5);
  });

  test('commits the answer of the command with its effects, in one statement', async () => {
    await asRequest(() =>
      unitOfWork.run(async () => {
        await repository.save(Lamp.buy('l-1', 'desk'));
        unitOfWork.respond(answer('k-1'));
      }),
    );
    const { rows } = await db.database.query({
      text: 'SELECT k.xmin::text = l.xmin::text AND l.xmin::text = e.xmin::text AS one FROM idempotency_keys k, lamps l, domain_events e',
    });
    expect(rows).toEqual([{ one: true }]);
  });

  test('a key that is taken meanwhile undoes the effects', async () => {
    const command = (id: string): Promise<void> =>
      asRequest(() =>
        unitOfWork.run(async () => {
          await repository.save(Lamp.buy(id, id));
          unitOfWork.respond(answer('k-1'));
        }),
      );
    await command('l-1');
    await expect(command('l-2')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_TAKEN' });
    await expect(
      asRequest(() =>
        unitOfWork.run(async () => {
          await unitOfWork.client();
          await repository.save(Lamp.buy('l-3', 'x'));
          unitOfWork.respond(answer('k-1'));
        }),
      ),
    ).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_TAKEN' });
    expect((await log()).map((event) => event['aggregate_id'])).toEqual(['l-1']);
  });

  test('a conflict costs no connection', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    const before = await pids();
    for (let n = 0; n < 5; n++) {
      await expect(asRequest(() => repository.save(Lamp.buy('l-2', 'desk')))).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    }
    expect(await pids()).toEqual(before);
  });

  test('F7 a reply that is lost does not append twice and is not an error', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    const lamp = await repository.get('l-1');
    lamp.light(7);
    const lossy = new ReplyLosingDatabase(db.database.options);
    await asRequest(() =>
      new LampRepository(new UnitOfWork(lossy, new EventRecorder(lampContracts, new SystemClock()))).save(lamp),
    );
    await lossy.close();
    expect(lossy.writes).toBe(2);
    expect((await log()).map((event) => event['stream_version'])).toEqual([1, 2]);
    expect((await repository.get('l-1')).lumen).toBe(7);
  });
});

async function pids(): Promise<unknown[]> {
  const { rows } = await db.database.query({
    text: `SELECT pid FROM pg_stat_activity WHERE application_name = 'test' AND datname = current_database() ORDER BY pid`,
  });
  return rows;
}
