import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemClock } from '../../src/application/clock.ts';
import { hours } from '../../src/application/durations.ts';
import { recordedEvent } from '../../src/testing/recorded-event.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_EFFECTS, ManualClock, SagaReplica } from './saga-replica.fixture.ts';
import { LampLit, LampSaga, LampTouched } from './sagas.fixture.ts';

const SAGA = 'test.lamp';

let db: KernelDatabase;
let clock: ManualClock;
let replicas: SagaReplica[];

beforeEach(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_EFFECTS });
  clock = new ManualClock();
  replicas = [1, 2, 3].map(() => new SagaReplica(db.url, clock, [new LampSaga()]));
});
afterEach(async () => {
  await Promise.all(replicas.map((one) => one.close()));
  await db.close();
});

function first(): SagaReplica {
  const [one] = replicas;
  if (one === undefined) throw new Error('no replica');
  return one;
}
const lit = (lampId: string, after = 60) => recordedEvent(LampLit, { lampId, minutes: after });
const touched = (lampId: string, keepOn: boolean) => recordedEvent(LampTouched, { lampId, keepOn });

async function count(sql: string): Promise<number> {
  const { rows } = await db.database.query<{ count: number }>({ text: `SELECT count(*)::int AS count FROM ${sql}` });
  return rows[0]?.count ?? 0;
}

/** Instances that are running, with a timer that is due. */
async function plant(instances: number): Promise<void> {
  await db.database.query({
    text: `WITH instances AS (
             INSERT INTO sagas (saga, key, status, state, step, correlation_id, started_at, updated_at)
             SELECT '${SAGA}', 'l-' || n, 'running', json_build_object('lampId', 'l-' || n, 'offs', 0)::text, 0, 'corr', now(), now()
             FROM generate_series(1, $1::int) n RETURNING saga, key)
           INSERT INTO saga_timers (saga, key, name, due_at) SELECT saga, key, 'off', $2 FROM instances`,
    values: [instances, clock.now()],
  });
}

describe('due timers', () => {
  test('fire once each, 2,000 of them among three workers', async () => {
    await plant(2_000);
    let fired = 0;
    for (let round = 0; round < 10 && (await count('saga_timers')) > 0; round++) {
      const counts = await Promise.all(replicas.map((one) => one.runtime.fireDue()));
      fired += counts.reduce((sum, one) => sum + one, 0);
    }
    expect(fired).toBe(2_000);
    expect(await count('saga_timers')).toBe(0);
    expect(await count(`saga_commands WHERE command = 'test.switch-off' AND step = 1`)).toBe(2_000);
    expect(await count(`sagas WHERE step = 1 AND state::json ->> 'offs' = '1'`)).toBe(2_000);
  });

  test('that break their transition are parked alone, and fire when an operator retries them', async () => {
    await first().deliver(lit('l-1'));
    await first().deliver(lit('poison'));
    await first().deliver(lit('l-2'));
    clock.advance(hours(1));
    expect(await first().runtime.fireDue()).toBe(3);
    await first().runtime.dispatchDue();
    expect(await first().effects()).toEqual(['SwitchOff l-1', 'SwitchOff l-2']);
    expect(await first().sagas.list({ status: 'stuck' })).toMatchObject([{ key: 'poison' }]);
    expect((await first().sagas.show(SAGA, 'poison')).timers).toMatchObject([
      { name: 'off', error: 'Error: this lamp cannot be switched off' },
    ]);
    expect(await first().runtime.fireDue()).toBe(0);
    expect(await first().sagas.retry(SAGA, 'poison')).toBe(1);
    expect(await first().runtime.fireDue()).toBe(1);
  });

  test.each([
    ['cancelled', true, 0],
    ['replaced', false, 300],
  ])('have no effect after the commit that %s them, however the two race', async (_title, keepOn, left) => {
    await plant(300);
    // Its claims take long enough for commits to fall between their snapshot and the row of a saga.
    await db.database.query({
      text: `CREATE FUNCTION slow() RETURNS boolean LANGUAGE plpgsql VOLATILE AS 'BEGIN PERFORM pg_sleep(0.001); RETURN true; END';
             ALTER TABLE sagas ENABLE ROW LEVEL SECURITY;
             CREATE POLICY slow ON sagas USING (slow());
             GRANT ALL ON ALL TABLES IN SCHEMA public TO pg_monitor`,
    });
    const slow = new SagaReplica(`${db.url}?options=-c%20role%3Dpg_monitor`, clock, [new LampSaga()]);
    replicas.push(slow);
    const firing = slow.runtime.fireDue();
    const keys = Array.from({ length: 300 }, (_, index) => `l-${((index * 77) % 300) + 1}`);
    const untouched: string[] = [];
    const touch = async (one: SagaReplica): Promise<void> => {
      for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
        await one.deliver(touched(key, keepOn));
        if ((await count(`sagas WHERE key = '${key}' AND step = 0`)) === 1) untouched.push(key);
      }
    };
    await Promise.all(replicas.slice(0, 3).map(touch));
    await firing;
    for (const one of replicas) await one.runtime.fireDue();
    expect(untouched.length).toBeGreaterThan(0);
    expect(await count(`saga_commands WHERE key = ANY('{${untouched.join(',')}}')`)).toBe(0);
    expect(await count('saga_commands')).toBe(300 - untouched.length);
    expect(await count('saga_timers')).toBe(left);
  });

  test('of an instance that somebody is moving are left for later, without waiting', async () => {
    await plant(3);
    await first().unitOfWork.run(async () => {
      const client = await first().unitOfWork.client();
      await client.query(`SELECT FROM sagas WHERE key = 'l-2' FOR NO KEY UPDATE`);
      expect(await replicas[1]?.runtime.fireDue()).toBe(2);
    });
    expect(await replicas[1]?.runtime.fireDue()).toBe(1);
  });

  test('have no effect when an earlier one of the same batch cancelled them', async () => {
    await first().deliver(lit('double'));
    await first().deliver(lit('l-1'));
    clock.advance(hours(2));
    expect(await first().runtime.fireDue()).toBe(3);
    await first().runtime.dispatchDue();
    expect((await first().effects()).toSorted()).toEqual(['SwitchOff double', 'SwitchOff l-1']);
  });

  test('are replaced by name', async () => {
    await first().deliver(lit('l-1', 60));
    await first().deliver(touched('l-1', false));
    clock.advance(hours(9));
    expect(await first().runtime.fireDue()).toBe(0);
    clock.advance(hours(1));
    expect(await first().runtime.fireDue()).toBe(1);
  });
});

describe('an operator', () => {
  test('fires a timer early, once', async () => {
    await first().deliver(lit('l-1', 60));
    await first().sagas.fireEarly(SAGA, 'l-1', 'off');
    expect(await first().runtime.fireDue()).toBe(1);
    clock.advance(hours(2));
    expect(await first().runtime.fireDue()).toBe(0);
    await expect(first().sagas.fireEarly(SAGA, 'l-1', 'off')).rejects.toThrow('Timer test.lamp/l-1/off does not exist');
  });

  test('cancels an instance with all that waits, once', async () => {
    await first().deliver(lit('l-1', 60));
    await first().deliver(lit('l-2', 60));
    clock.advance(hours(1));
    await first().runtime.fireDue();
    await first().sagas.cancel(SAGA, 'l-1');
    await first().runtime.dispatchDue();
    expect(await first().effects()).toEqual(['SwitchOff l-2']);
    await expect(first().sagas.cancel(SAGA, 'l-1')).rejects.toMatchObject({ code: 'SAGA_ENDED' });
    await expect(first().sagas.show(SAGA, 'l-9')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is told when a command is under way', async () => {
    await first().deliver(lit('l-1', 0));
    await first().runtime.fireDue();
    let refused: unknown;
    first().after = async () => {
      refused = await replicas[1]?.sagas.cancel(SAGA, 'l-1').catch((error: unknown) => error);
    };
    await first().runtime.dispatchDue();
    expect(refused).toMatchObject({ code: 'STEP_UNDER_WAY' });
    expect(await first().effects()).toEqual(['SwitchOff l-1']);
  });
});

describe('workers', () => {
  test('carry out timers and commands by themselves, soon after they fall due, and stop', async () => {
    const one = new SagaReplica(db.url, new SystemClock(), [new LampSaga()], 60_000);
    replicas.push(one);
    for (const worker of one.runtime.workers()) worker.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const started = performance.now();
    await one.deliver(lit('l-1', 100));
    for (let attempt = 0; attempt < 300 && (await one.effects()).length === 0; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const elapsed = performance.now() - started;
    for (const worker of one.runtime.workers()) await worker.stop();
    expect(await one.effects()).toEqual(['SwitchOff l-1']);
    expect(elapsed).toBeLessThan(700);
    await one.deliver(lit('l-2', 0));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await count('saga_timers')).toBe(1);
  });
});
