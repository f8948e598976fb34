import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SystemClock } from '../src/application/clock.ts';
import { Database } from '../src/infrastructure/database/database.ts';
import { UnitOfWork } from '../src/infrastructure/database/unit-of-work.ts';
import { EventRecorder } from '../src/infrastructure/domain-events/event-recorder.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { asRequest, CREATE_LAMPS, Lamp, lampContracts, LampRepository } from './lamps.fixture.ts';

let db: KernelDatabase;
let unitOfWork: UnitOfWork;
let repository: LampRepository;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.database.query({ text: 'TRUNCATE lamps, domain_events, idempotency_keys' });
  unitOfWork = new UnitOfWork(db.database, new EventRecorder(lampContracts, new SystemClock()));
  repository = new LampRepository(unitOfWork);
});

async function stored(): Promise<string[]> {
  const { rows } = await db.database.query<{ id: string }>({
    text: `SELECT aggregate_id || ':' || stream_version AS id FROM domain_events ORDER BY aggregate_id, stream_version`,
  });
  return rows.map((row) => row.id);
}

describe('a unit of work that fails', () => {
  test('G8 does not report success when a statement failed in it and the error was swallowed', async () => {
    const swallowing = (statement: string): Promise<void> =>
      asRequest(() =>
        unitOfWork.run(async () => {
          const client = await unitOfWork.client();
          await repository.save(Lamp.buy('l-1', 'desk'));
          await client.query(statement).catch(() => undefined);
        }),
      );
    await swallowing('SELECT 1');
    expect(await stored()).toEqual(['l-1:1']);
    await db.database.query({ text: 'TRUNCATE lamps, domain_events' });
    await expect(swallowing('SELECT 1 / 0')).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' });
    expect(await stored()).toEqual([]);
  });

  test('G7 an aggregate whose save was undone cannot be saved again: its events would be missing', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    const lamp = Lamp.buy('l-2', 'desk');
    await expect(asRequest(() => repository.save(lamp))).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(asRequest(() => repository.save(lamp))).rejects.toMatchObject({ code: 'SAVE_UNDONE' });

    const undone = await repository.get('l-1');
    const attempt = unitOfWork.run(async () => {
      undone.light(1);
      await asRequest(() => repository.save(undone));
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    undone.light(2);
    await expect(asRequest(() => repository.save(undone))).rejects.toMatchObject({ code: 'SAVE_UNDONE' });
    expect(await stored()).toEqual(['l-1:1']);
  });

  test('what goes on in the background after its unit has ended saves in a unit of its own, and touches no connection of others', async () => {
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    const background: Promise<unknown>[] = [];
    await asRequest(() =>
      unitOfWork.run(async () => {
        await unitOfWork.client();
        background.push(
          waiting.then(() => repository.save(Lamp.buy('l-late', 'late'))),
          waiting.then(() => unitOfWork.client()),
        );
      }),
    );
    goOn();
    const [saved, client] = await Promise.allSettled(background);
    expect(saved).toMatchObject({ status: 'fulfilled' });
    expect(client).toMatchObject({ status: 'rejected', reason: { code: 'NO_UNIT_OF_WORK' } });
    expect(await stored()).toEqual(['l-late:1']);
  });

  test('the same after a unit that was one statement: nothing is left in a unit that nobody commits', async () => {
    const background: Promise<unknown>[] = [];
    await asRequest(() =>
      unitOfWork.run(async () => {
        background.push(
          new Promise((resolve) => setTimeout(resolve, 20)).then(() => repository.save(Lamp.buy('l-late', 'late'))),
        );
      }),
    );
    await Promise.all(background);
    expect(await stored()).toEqual(['l-late:1']);
  });

  test('F10 an event that the bus could not carry is refused before it is recorded', async () => {
    const lampWithText = (id: string, text: string): Lamp => Object.assign(Lamp.buy(id, text), { name: id });
    await asRequest(() => repository.save(lampWithText('l-1', 'x'.repeat(239 * 1024))));
    await expect(asRequest(() => repository.save(lampWithText('l-2', 'é'.repeat(121 * 1024))))).rejects.toMatchObject({
      code: 'EVENT_TOO_LARGE',
    });
    expect(await stored()).toEqual(['l-1:1']);
  });

  test('F7 a COMMIT whose reply is lost is a success if it took effect', async () => {
    const lossy = new Database(db.database.options);
    const unit = new UnitOfWork(lossy, new EventRecorder(lampContracts, new SystemClock()));
    const saving = (id: string, commits: boolean): Promise<void> =>
      asRequest(() =>
        unit.run(async () => {
          const client = await unit.client();
          const query = client.query.bind(client);
          Object.assign(client, {
            query: async (...args: Parameters<typeof query>) => {
              if (String(args[0]) !== 'COMMIT') return query(...args);
              await query(commits ? 'COMMIT' : 'ROLLBACK');
              throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
            },
          });
          await new LampRepository(unit).save(Lamp.buy(id, id));
        }),
      );
    await saving('l-1', true);
    await expect(saving('l-2', false)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await lossy.close();
    expect(await stored()).toEqual(['l-1:1']);
  });

  test('F23 a database that does not answer any more is a lost connection, not a wait without end', async () => {
    const hasty = new Database({ url: db.url, applicationName: 'hasty', answerWithinMs: 200 });
    expect((await hasty.query({ text: 'SELECT 1 AS one' })).rows).toEqual([{ one: 1 }]);
    const startedAt = performance.now();
    await expect(hasty.query({ text: 'SELECT pg_sleep(3)' })).rejects.toThrow('Query read timeout');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(hasty.pool.totalCount).toBe(0);
    await hasty.close();
  });
});

describe('one statement', () => {
  test('F7 a lost reply of a command with a key: the answer of the first sending is kept', async () => {
    let writes = 0;
    class ReplyLosing extends Database {
      override async query<R extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<R>> {
        const first = statement.text.startsWith('WITH state') && ++writes === 1;
        const result = await super.query<R>(statement);
        if (first) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
        return result;
      }
    }
    const lossy = new ReplyLosing(db.database.options);
    const unit = new UnitOfWork(lossy, new EventRecorder(lampContracts, new SystemClock()));
    await asRequest(() =>
      unit.run(async () => {
        await new LampRepository(unit).save(Lamp.buy('l-1', 'desk'));
        unit.respond({ principal: 'u-1', key: 'k-1', bodyHash: 'h', status: 201, response: '{"id":"l-1"}' });
      }),
    );
    await lossy.close();
    expect(writes).toBe(2);
    expect(await stored()).toEqual(['l-1:1']);
    const { rows } = await db.database.query({ text: 'SELECT key, status, response FROM idempotency_keys' });
    expect(rows).toEqual([{ key: 'k-1', status: 201, response: '{"id":"l-1"}' }]);
  });

  test('an update that meets a unique value of another row tells the rule and changes nothing', async () => {
    await asRequest(() => repository.save(Lamp.buy('l-1', 'desk')));
    await asRequest(() => repository.save(Lamp.buy('l-2', 'floor')));
    const lamp = await repository.get('l-2');
    lamp.name = 'desk';
    lamp.light(1);
    await expect(asRequest(() => repository.save(lamp))).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect(await stored()).toEqual(['l-1:1', 'l-2:1']);
    expect((await repository.get('l-2')).name).toBe('floor');
  });
});
