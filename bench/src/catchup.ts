import { setTimeout as delay } from 'node:timers/promises';
import { retryThenPark, type Projection } from '@edtech/shared-kernel';
import type { Pool } from 'pg';
import { Countdown } from './harness/closed-loop.ts';
import { FeedRunner, fillFeed } from './harness/feed-runner.ts';
import type { Sample, Variant } from './harness/measure.ts';
import { paymentContracts } from './harness/payments.ts';
import { emmett, type EmmettStore } from './harness/peers.ts';
import { explain, StatementRecorder } from './harness/plans.ts';
import { BenchPostgres, numberOf } from './harness/postgres.ts';
import { print, runProgram, type Bench } from './harness/program.ts';
import { Books, CREATE_READ_MODELS, PaymentRows } from './harness/read-models.ts';
import { peerEvents } from './harness/stored-payments.ts';
import { Leases, ProjectionConsumer, ProjectionRebuilds, RebuildWorker } from './kernel.ts';

const STREAMS = 1_000;
const PAGE = 500;
const PER_APPEND = 100;
const PAGE_TEXT = `SELECT position, event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at, recorded_at,
  correlation_id, causation_id, user_id, actor, traceparent, payload FROM domain_events WHERE position > $1 ORDER BY position LIMIT $2`;
const [PAGING, ROWS, BOOKS, EMMETT] = ['read-only paging', 'a row per aggregate', 'books', 'Emmett consumer'];
const AMOUNT = 4_500;
const WITHIN_MS = 60_000;

let rounds = 0;

async function catchup(bench: Bench, postgres: BenchPostgres): Promise<void> {
  const pool = postgres.pool(4);
  const events = bench.size(100_000, 8_000);
  await pool.query(CREATE_READ_MODELS);
  await fillFeed(pool, events, STREAMS);
  const database = postgres.database(8);
  const recorder = new StatementRecorder(database.pool);
  const runner = new FeedRunner(database);
  const variants = [
    paging(pool, events),
    caughtUp(
      pool,
      runner,
      events,
      ROWS,
      'one upsert per batch; rows and checkpoint in one transaction, read by contract',
      (name, folded) => new PaymentRows(name, folded),
    ),
    caughtUp(
      pool,
      runner,
      events,
      BOOKS,
      'two lines per event, balances; rows and checkpoint in one transaction',
      (name, folded) => new Books(name, folded),
    ),
    ...(await emmettConsumer(bench, postgres, events)),
  ];
  const row = await bench.table(`catch-up over ${events} events, events/s`, variants, [postgres.walBytes(pool)]);
  bench.gates.push({ name: 'rows and checkpoint hold every event once, every round', passed: true });
  bench.ratioGoal('catch-up, a row per aggregate / read-only paging', row(ROWS), row(PAGING), 0.25, 0.4);
  bench.ratioGoal('catch-up, books / read-only paging', row(BOOKS), row(PAGING));
  if (variants.some(({ name }) => name === EMMETT))
    bench.ratioGoal("catch-up, a row per aggregate / Emmett's no-op consumer", row(ROWS), row(EMMETT), 15, 25);
  await rebuild(bench, pool, runner, events);
  await plans(bench, pool, recorder, events);
}

function paging(pool: Pool, events: number): Variant {
  return {
    name: PAGING,
    includes: `pages of ${PAGE} by cursor, all columns, nothing parsed or written`,
    run: () =>
      timed(async () => {
        let read = 0;
        for (let after = 0; ;) {
          const { rows } = await pool.query<{ position: string }>({ name: 'bare-page', text: PAGE_TEXT, values: [after, PAGE] });
          read += rows.length;
          if (rows.length < PAGE) break;
          after = Number(rows.at(-1)?.position ?? after);
        }
        if (read !== events) throw new Error(`${read} of ${events} events were read`);
        return read;
      }),
  };
}

async function timed(work: () => Promise<number>): Promise<Sample> {
  const startedAt = performance.now();
  const ops = await work();
  return { ops, seconds: (performance.now() - startedAt) / 1_000, latencies: [] };
}

/** A subscription of its own per round, from the first event on. */
function caughtUp(
  pool: Pool,
  runner: FeedRunner,
  events: number,
  name: string,
  includes: string,
  projectionOf: (name: string, folded: (events: number) => void) => Projection,
): Variant {
  let subscription = '';
  let stop = async (): Promise<void> => undefined;
  return {
    name,
    includes,
    before: () => emptyTables(pool),
    run: async () => {
      subscription = `bench.read-model-${++rounds}`;
      const countdown = new Countdown(events);
      stop = runner.start([
        consumerOf(
          runner,
          projectionOf(subscription, (folded) => countdown.count(folded)),
        ),
      ]);
      return countdown.reached();
    },
    after: async () => {
      await checkpointReaches(pool, subscription, events);
      await stop();
      await expectRows(pool, name, events);
    },
  };
}

function consumerOf({ unitOfWork, parkingLot }: FeedRunner, projection: Projection): ProjectionConsumer {
  return new ProjectionConsumer(projection, { contracts: paymentContracts, unitOfWork, parkingLot, policy: retryThenPark() });
}

async function emptyTables(pool: Pool): Promise<void> {
  await pool.query('TRUNCATE payment_rows, book_entries, book_balances');
}

async function checkpointReaches(pool: Pool, subscription: string, position: number): Promise<void> {
  const until = performance.now() + WITHIN_MS;
  while ((await numberOf(pool, 'SELECT checkpoint FROM subscriptions WHERE name = $1', [subscription])) < position) {
    if (performance.now() > until) throw new Error(`${subscription} did not reach ${position} within a minute`);
    await delay(5);
  }
}

async function expectRows(pool: Pool, name: string, events: number): Promise<void> {
  const [expected, counted] =
    name === ROWS
      ? [events, await numberOf(pool, 'SELECT sum(events) FROM payment_rows')]
      : [2 * events, await numberOf(pool, 'SELECT count(*) FROM book_entries')];
  if (counted !== expected) throw new Error(`${name}: ${events} events gave ${counted} instead of ${expected}`);
  if (name !== BOOKS) return;
  const balance = await numberOf(pool, "SELECT debit FROM book_balances WHERE account = 'provider_cash'");
  if (balance !== events * AMOUNT) throw new Error(`the balance is ${balance} instead of ${events * AMOUNT}`);
}

/** Its store is as large as ours; a round takes only the beginning, for it checkpoints every message. */
async function emmettConsumer(bench: Bench, postgres: BenchPostgres, events: number): Promise<Variant[]> {
  const store = await (await emmett(bench))?.open(postgres.url, 4);
  if (store === undefined) return [];
  postgres.onClose(() => store.close());
  await fillEmmett(store, events);
  const target = bench.size(3_000, 300);
  return [
    {
      name: EMMETT,
      includes: `handler that does nothing, the first ${target} messages of as many in pages of ${PAGE}`,
      run: () => timed(() => store.consume(`bench-${++rounds}`, target, PAGE)),
    },
  ];
}

async function fillEmmett(store: EmmettStore, events: number): Promise<void> {
  const appends = events / PER_APPEND;
  const streams = Math.min(STREAMS, appends);
  for (let append = 0; append < appends; append++) {
    const stream = `p-${append % streams}`;
    await store.append(stream, Math.floor(append / streams) * PER_APPEND, peerEvents(stream, PER_APPEND));
  }
}

/** Beside live tables that have caught up, then the swap; the worker compares both before it. */
async function rebuild(bench: Bench, pool: Pool, runner: FeedRunner, events: number): Promise<void> {
  const { database, unitOfWork } = runner;
  const projections = [new PaymentRows('bench.rebuilt-rows'), new Books('bench.rebuilt-books')];
  await emptyTables(pool);
  const stop = runner.start(projections.map((projection) => consumerOf(runner, projection)));
  for (const { name } of projections) await checkpointReaches(pool, name, events);
  await stop();
  const rebuilds = new ProjectionRebuilds(database);
  const worker = new RebuildWorker(projections, database, unitOfWork, paymentContracts, new Leases(database));
  const variant = (name: string, of: string, includes: string, projection: string): Variant => ({
    name,
    includes,
    before: () => rebuilds.request(projection),
    run: () =>
      timed(async () => {
        while (await worker.step());
        return events;
      }),
    after: async () => {
      const status = (await rebuilds.status()).find((each) => each.projection === projection);
      if (status?.state !== 'swapped' || status.comparison?.every(({ equal }) => equal) !== true)
        throw new Error(`the rebuild of ${projection} ended as ${JSON.stringify(status)}`);
      await expectRows(pool, of, events);
    },
  });
  const row = await bench.table(`rebuild over ${events} events, events/s`, [
    paging(pool, events),
    variant('rebuild of a row per aggregate', ROWS, 'shadow table, pages of 1000, comparison, swap', 'bench.rebuilt-rows'),
    variant('rebuild of the books', BOOKS, 'shadow tables, pages of 1000, comparison, swap', 'bench.rebuilt-books'),
  ]);
  bench.gates.push({ name: 'rebuilt rows equal the live ones, every round', passed: true });
  bench.ratioGoal('rebuild, a row per aggregate / read-only paging', row('rebuild of a row per aggregate'), row(PAGING));
  bench.ratioGoal('rebuild, books / read-only paging', row('rebuild of the books'), row(PAGING));
}

async function plans(bench: Bench, pool: Pool, recorder: StatementRecorder, events: number): Promise<void> {
  await pool.query('VACUUM ANALYZE domain_events, payment_rows, book_entries, book_balances, subscriptions');
  const page = {
    text: recorder.get('feed-page').text,
    values: [Math.floor(events / 2), paymentContracts.published(), 1_000, events],
  };
  const shown: [title: string, statement: ReturnType<StatementRecorder['get']>, table: string][] = [
    ['feed page of 1000', page, 'domain_events'],
    ['rows of a batch', recorder.get('payment-rows'), 'payment_rows'],
    ['balances of a batch', recorder.get('book-balances'), 'book_balances'],
    ['begin of a batch', recorder.get('projection-begin'), 'subscriptions'],
    ['checkpoint of a batch', recorder.get('projection-checkpoint'), 'subscriptions'],
  ];
  for (const [title, statement, table] of shown) {
    const plan = await explain(pool, title, statement, table);
    bench.plans.push(plan);
    print(`\n${plan}`);
  }
}

await runProgram('catchup', (bench) => BenchPostgres.use(bench, (postgres) => catchup(bench, postgres)));
