import { ProcessManager, Saga, SystemClock } from '@edtech/shared-kernel';
import type { Pool } from 'pg';
import { FeedRunner } from './harness/feed-runner.ts';
import type { Variant } from './harness/measure.ts';
import { explain, StatementRecorder } from './harness/plans.ts';
import { BenchPostgres, numberOf } from './harness/postgres.ts';
import { print, runProgram, type Bench } from './harness/program.ts';
import { SagaRuntime } from './kernel.ts';

const BATCH = 100;
const CLAIM = `SELECT ctid, saga, key, name, due_at FROM bare_timers WHERE due_at <= now() ORDER BY due_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`;

@Saga('bench.reminder')
class Reminder extends ProcessManager<{ readonly booking: string }, 'remind'> {
  readonly commands = [];
  readonly transitions = [];
  readonly timers = this.fires({
    remind: () => {
      fired++;
      return {};
    },
  });
}

let fired = 0;

async function timers(bench: Bench, postgres: BenchPostgres): Promise<void> {
  const due = bench.size(10_000, 5_000);
  const pool = postgres.pool(2);
  await pool.query(
    'CREATE TABLE bare_timers (saga text, key text, name text, due_at timestamptz NOT NULL, PRIMARY KEY (saga, key, name))',
  );
  await pool.query('CREATE INDEX ON bare_timers (due_at)');
  const waiting = bench.size(100_000, 30_000);
  await pool.query({
    text: `INSERT INTO sagas (saga, key, status, state, step, correlation_id, started_at, updated_at)
           SELECT 'bench.reminder', 'k-' || n, 'running', '{"booking":"b-1"}', 0, 'c-1', now(), now() FROM generate_series(1, $1::int) AS n`,
    values: [due + waiting],
  });
  await pool.query('VACUUM ANALYZE sagas');
  const database = postgres.database(4);
  const recorder = new StatementRecorder(database.pool);
  const runner = new FeedRunner(database);
  const runtime = new SagaRuntime({
    unitOfWork: runner.unitOfWork,
    database,
    clock: new SystemClock(),
    sagas: [new Reminder()],
    dispatch: async () => undefined,
  });

  const timed = (name: string, table: string, includes: string, fire: () => Promise<number>): Variant => ({
    name,
    includes,
    before: () => setTimers(pool, table, due),
    run: async () => {
      const startedAt = performance.now();
      const ops = await fire();
      return { ops, seconds: (performance.now() - startedAt) / 1_000, latencies: [] };
    },
    after: async () => {
      const left = await numberOf(pool, `SELECT count(*) FROM ${table}`);
      if (left !== 0) throw new Error(`${name} left ${left} of ${due} timers`);
    },
  });

  await bench.gate('a due timer fires once although two replicas look for it; one that is not due stays', async () => {
    await setTimers(pool, 'saga_timers', 300);
    await pool.query(`UPDATE saga_timers SET due_at = now() + interval '1 hour' WHERE key = 'k-7'`);
    fired = 0;
    const taken = await Promise.all([runtime.fireDue(), runtime.fireDue()]);
    const all = (taken[0] ?? 0) + (taken[1] ?? 0) + (await runtime.fireDue());
    const left = await numberOf(pool, 'SELECT count(*) FROM saga_timers');
    if (all !== 299 || fired !== 299 || left !== 1) throw new Error(`${all} taken, ${fired} transitions, ${left} left`);
  });

  const row = await bench.table(`${due} due timers, batches of ${BATCH}`, [
    timed('bare loop', 'bare_timers', 'plain table: BEGIN, claim, DELETE, COMMIT', () => bareLoop(pool)),
    timed('bare statement', 'bare_timers', 'plain table: DELETE of a claim, one statement', () => bareStatement(pool)),
    timed('SagaRuntime.fireDue', 'saga_timers', 'saga held, timer claimed, no-op transition, deleted, one transaction', () =>
      runtime.fireDue(),
    ),
  ]);
  bench.gates.push({ name: 'every due timer was fired, every round', passed: true });
  bench.ratioGoal('timers / bare loop', row('SagaRuntime.fireDue'), row('bare loop'), 0.7, 0.85);

  await setTimers(pool, 'saga_timers', due + waiting);
  await pool.query(`UPDATE saga_timers SET due_at = now() + interval '1 day' WHERE substr(key, 3)::int > ${due}`);
  await pool.query('VACUUM ANALYZE saga_timers');
  for (const table of ['saga_timers', 'sagas']) {
    const plan = await explain(
      pool,
      'timer claim',
      { ...recorder.get('saga-timers-claim'), values: [new Date(), ['bench.reminder']] },
      table,
    );
    if (table === 'sagas') continue;
    bench.plans.push(plan);
    print(`\n${plan}`);
  }
}

/** All of them were due within the last ten minutes. */
async function setTimers(pool: Pool, table: string, count: number): Promise<void> {
  await pool.query(`TRUNCATE ${table}`);
  await pool.query({
    text: `INSERT INTO ${table} (saga, key, name, due_at)
           SELECT 'bench.reminder', 'k-' || n, 'remind', now() - interval '1 second' * (1 + n % 600) FROM generate_series(1, $1::int) AS n`,
    values: [count],
  });
  await pool.query(`VACUUM ANALYZE ${table}`);
}

async function bareLoop(pool: Pool): Promise<number> {
  const client = await pool.connect();
  try {
    for (let taken = 0; ;) {
      await client.query('BEGIN');
      const { rows } = await client.query<{ ctid: string }>({ name: 'bare-claim', text: CLAIM });
      const places = rows.map(({ ctid }) => ctid);
      await client.query({ name: 'bare-delete', text: 'DELETE FROM bare_timers WHERE ctid = ANY($1::tid[])', values: [places] });
      await client.query('COMMIT');
      if (rows.length === 0) return taken;
      taken += rows.length;
    }
  } finally {
    client.release();
  }
}

async function bareStatement(pool: Pool): Promise<number> {
  const text = `WITH due AS MATERIALIZED (${CLAIM}) DELETE FROM bare_timers WHERE ctid = ANY(ARRAY(SELECT ctid FROM due)) RETURNING key, name`;
  for (let taken = 0; ;) {
    const { rowCount } = await pool.query({ name: 'bare-statement', text });
    if (rowCount === 0 || rowCount === null) return taken;
    taken += rowCount;
  }
}

await runProgram('timers', (bench) => BenchPostgres.use(bench, (postgres) => timers(bench, postgres)));
