import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { v4 as uuidv4 } from 'uuid';
import { closedLoop, Countdown } from './harness/closed-loop.ts';
import { FeedRunner, fillFeed } from './harness/feed-runner.ts';
import type { Variant } from './harness/measure.ts';
import { asRequest, CREATE_PAYMENTS, Payment, paymentContracts, PaymentRepository } from './harness/payments.ts';
import { explain, StatementRecorder } from './harness/plans.ts';
import { BenchPostgres, numberOf } from './harness/postgres.ts';
import { print, runProgram, type Bench } from './harness/program.ts';
import { EventBridgePublisher, type PutEvents } from './kernel.ts';

const WRITERS = 16;
const STREAMS = 1_000;
const PER_CALL = 10;
const PAGE = 500;
/** What one turn of the sequencer takes. */
const MOST_LAG = 1_000;
const PAGE_TEXT = `SELECT position, event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at, recorded_at,
  correlation_id, causation_id, user_id, actor, traceparent, payload FROM domain_events WHERE position > $1 ORDER BY position LIMIT $2`;

async function feed(bench: Bench, postgres: BenchPostgres): Promise<void> {
  const pool = postgres.pool(16);
  await pool.query(CREATE_PAYMENTS);
  await besideWriters(bench, postgres, pool);
  const events = bench.size(100_000, 8_000);
  await fillFeed(pool, events, STREAMS);
  const runner = new FeedRunner(postgres.database(8));
  await publishGate(bench, runner);
  for (const inFlight of [4, 16]) {
    const target = bench.size(inFlight * 800, inFlight * 100);
    const row = await bench.table(`publish, 10 ms per call, ${inFlight} in flight`, [
      bareLoop(pool, inFlight, target, 10),
      published(runner, inFlight, target, 10),
    ]);
    bench.ratioGoal(`publisher at ${inFlight} / bare loop`, row('EventBridgePublisher'), row('bare loop'), 0.85, 0.95);
  }
  const row = await bench.table(`drain of ${events}, publish without delay`, [
    bareLoop(pool, 16, events, 0),
    published(runner, 16, events, 0),
  ]);
  bench.ratioGoal('drain / bare cursor loop', row('EventBridgePublisher'), row('bare loop'), 0.6, 0.8);
  await plans(bench, postgres, pool, events);
}

async function besideWriters(bench: Bench, postgres: BenchPostgres, pool: Pool): Promise<void> {
  const runner = new FeedRunner(postgres.database(WRITERS + 4));
  const repository = new PaymentRepository(runner.unitOfWork);
  const write = (): Promise<void> => asRequest(() => repository.save(Payment.create(uuidv4())));
  const before = async (): Promise<void> => {
    await pool.query('TRUNCATE domain_events, payments');
    await pool.query('UPDATE feed_head SET position = 0');
  };
  let stop = async (): Promise<void> => undefined;
  const beside: Variant = {
    name: 'writers and sequencer',
    includes: 'the same, positions given meanwhile, readers notified',
    before: async () => {
      await before();
      stop = runner.start([], true);
      await delay(50);
    },
    run: async (ms) => {
      let acknowledged = 0;
      const lags: number[] = [];
      const watch = setInterval(() => {
        const seen = acknowledged;
        void numberOf(pool, 'SELECT position FROM feed_head').then(
          (head) => lags.push(seen - head),
          () => undefined,
        );
      }, 50);
      const sample = await closedLoop(WRITERS, ms, async () => {
        await write();
        acknowledged++;
      });
      clearInterval(watch);
      return { ...sample, counts: { 'most lag': Math.max(0, ...lags) } };
    },
    after: async () => {
      const [stored, until] = [await numberOf(pool, 'SELECT count(*) FROM domain_events'), performance.now() + 5_000];
      while ((await numberOf(pool, 'SELECT position FROM feed_head')) < stored) {
        if (performance.now() > until) throw new Error('the sequencer did not reach the last event within 5 s');
        await delay(5);
      }
      await stop();
      const dense = await numberOf(pool, 'SELECT count(DISTINCT position) FROM domain_events WHERE position BETWEEN 1 AND $1', [
        stored,
      ]);
      if (dense !== stored) throw new Error(`${stored} events have ${dense} places in the feed`);
    },
  };
  const row = await bench.table('sequencer beside 16 writers', [
    { name: 'writers alone', includes: 'UnitOfWork.save: state + event', before, run: (ms) => closedLoop(WRITERS, ms, write) },
    beside,
  ]);
  bench.gates.push({ name: 'every event has one place, contiguous from 1, every round', passed: true });
  bench.ratioGoal('writers beside the sequencer / alone', row('writers and sequencer'), row('writers alone'), 0.8, 0.9);
  const value = row('writers and sequencer').meters['most lag'] ?? 0;
  bench.goal({ name: 'sequencer lag, events', value, unit: 'count', better: 'lower', must: MOST_LAG });
}

let publishers = 0;

/** A publisher with a checkpoint of its own, from the beginning of the feed until `target` events were accepted. */
function published(runner: FeedRunner, callsInFlight: number, target: number, callMs: number): Variant {
  let stop = async (): Promise<void> => undefined;
  return {
    name: 'EventBridgePublisher',
    includes: 'lease, checkpoint, envelope, packing by bytes, one call per stream at a time',
    run: async () => {
      const countdown = new Countdown(target);
      const put = scriptedPut(callMs, (entries) => countdown.count(entries));
      stop = runner.start([new EventBridgePublisher(`bench-${publishers++}`, put, paymentContracts, { callsInFlight })]);
      return countdown.reached();
    },
    after: () => stop(),
  };
}

function scriptedPut(callMs: number, accepted: (entries: number) => void): PutEvents {
  return async (entries) => {
    if (callMs > 0) await delay(callMs);
    accepted(entries.length);
    return entries.map(() => ({ accepted: true, busId: 'bench' }));
  };
}

function bareLoop(pool: Pool, inFlight: number, target: number, callMs: number): Variant {
  return {
    name: 'bare loop',
    includes: 'pages of 500 by cursor, detail by JSON.stringify, checkpoint per page, no order, no retry',
    run: async () => {
      const countdown = new Countdown(target);
      const calls: object[][] = [];
      let after = 0;
      let reading: Promise<void> | undefined;
      const readPage = async (): Promise<void> => {
        const { rows } = await pool.query<{ position: string }>({ name: 'bare-page', text: PAGE_TEXT, values: [after, PAGE] });
        if (after > 0)
          await pool.query({
            name: 'bare-checkpoint',
            text: 'UPDATE subscriptions SET checkpoint = $1 WHERE name = $2',
            values: [after, 'bare'],
          });
        after = Number(rows.at(-1)?.position ?? after);
        for (let at = 0; at < rows.length; at += PER_CALL) calls.push(rows.slice(at, at + PER_CALL));
        reading = undefined;
      };
      const sender = async (): Promise<void> => {
        while (!countdown.over) {
          const call = calls.shift();
          if (call === undefined) {
            await (reading ??= readPage());
            continue;
          }
          const details = call.map((row) => JSON.stringify(row));
          if (callMs > 0) await delay(callMs);
          countdown.count(details.length);
        }
      };
      const reached = countdown.reached();
      await Promise.all(Array.from({ length: inFlight }, sender));
      return reached;
    },
  };
}

/** The first versions of every stream arrive in order, although the bus refuses one entry in twenty. */
async function publishGate(bench: Bench, runner: FeedRunner): Promise<void> {
  await bench.gate('publisher: nothing lost, every stream in order, 5 % of the entries refused', async () => {
    const versions = 4;
    const last = new Map<string, number>();
    const countdown = new Countdown(versions * STREAMS);
    const put: PutEvents = async (entries) => {
      await delay(1);
      return entries.map(({ detail }) => {
        if (Math.random() < 0.05) return { accepted: false, code: 'ThrottlingException', message: 'scripted' };
        const { aggregateId, streamVersion }: { aggregateId: string; streamVersion: number } = JSON.parse(detail);
        // What was accepted behind a refused event of its stream has to come again after it: only in order does it count.
        if (streamVersion === (last.get(aggregateId) ?? 0) + 1) {
          last.set(aggregateId, streamVersion);
          if (streamVersion <= versions) countdown.count();
        }
        return { accepted: true, busId: 'bench' };
      });
    };
    const stop = runner.start([new EventBridgePublisher(`bench-${publishers++}`, put, paymentContracts, { baseMs: 2 })]);
    try {
      await countdown.reached();
    } finally {
      await stop();
    }
  });
}

async function plans(bench: Bench, postgres: BenchPostgres, pool: Pool, events: number): Promise<void> {
  const database = postgres.database(2);
  const recorder = new StatementRecorder(database.pool);
  const runner = new FeedRunner(database);
  const countdown = new Countdown(1);
  const put = scriptedPut(0, (entries) => countdown.count(entries));
  const stop = runner.start([new EventBridgePublisher(`bench-${publishers++}`, put, paymentContracts)], true);
  await countdown.reached();
  await delay(100);
  await stop();
  const [{ text }, { text: sequence, values }] = [recorder.get('feed-page'), recorder.get('sequence')];
  await idleCost(bench, runner, { text, values: [events, paymentContracts.published(), 250, events + 100_000] });
  const page = { text, values: [Math.floor(events / 2), paymentContracts.published(), 250, events] };
  await pool.query('UPDATE domain_events SET position = NULL WHERE position > $1', [events - 1_000]);
  await pool.query('ANALYZE domain_events');
  for (const plan of [
    await explain(pool, 'feed page of 250', page, 'domain_events'),
    await explain(pool, 'sequencer, turn of 1000', { text: sequence, values }, 'domain_events'),
  ]) {
    bench.plans.push(plan);
    print(`\n${plan}`);
  }
}

/** What an idle service asks every second: round trip included, so an upper bound of the database's time. */
async function idleCost(bench: Bench, { database }: FeedRunner, page: { text: string; values: unknown[] }): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 200; n++) {
    const at = performance.now();
    await database.query({ name: 'feed-page', ...page });
    times.push(performance.now() - at);
  }
  const value = times.sort((a, b) => a - b)[100] ?? 0;
  bench.goal({ name: 'idle poll of the feed, median round trip', value, unit: 'ms', better: 'lower', must: 1 });
}

await runProgram('feed', (bench) => BenchPostgres.use(bench, (postgres) => feed(bench, postgres)));
