import { setTimeout as delay } from 'node:timers/promises';
import { ConcurrencyConflict, fullJitter, SystemClock, UnitOfWork } from '@edtech/shared-kernel';
import { v4 as uuidv4 } from 'uuid';
import { closedLoop } from './harness/closed-loop.ts';
import type { Variant } from './harness/measure.ts';
import {
  asRequest,
  bareEvent,
  CREATE_PAYMENTS,
  INSERT_EVENT,
  Payment,
  paymentContracts,
  PaymentRepository,
} from './harness/payments.ts';
import { BenchDynamoDb } from './harness/dynamodb.ts';
import { BenchPostgres, numberOf } from './harness/postgres.ts';
import { runProgram, type Bench } from './harness/program.ts';
import { hotOnDynamoDb } from './hot-on-dynamodb.ts';
import { EventRecorder } from './kernel.ts';

const WRITERS = 16;

async function hot(bench: Bench, postgres: BenchPostgres): Promise<void> {
  const pool = postgres.pool(WRITERS);
  const unitOfWork = new UnitOfWork(postgres.database(WRITERS), new EventRecorder(paymentContracts, new SystemClock()));
  const repository = new PaymentRepository(unitOfWork);
  await pool.query(CREATE_PAYMENTS);
  let stream = '';
  let attempts = 0;
  const variant = (
    name: string,
    includes: string,
    create: (id: string) => Promise<unknown>,
    write: () => Promise<void>,
  ): Variant => {
    let wanted = 0;
    return {
      name,
      includes,
      before: async () => {
        stream = uuidv4();
        attempts = 0;
        await create(stream);
      },
      run: async (ms) => {
        const sample = await closedLoop(WRITERS, ms, write);
        wanted = sample.ops + 1;
        return { ...sample, counts: { 'attempts/op': attempts / sample.ops } };
      },
      after: async () => {
        const dense = await numberOf(
          pool,
          'SELECT CASE WHEN count(*) = max(stream_version) THEN count(*) ELSE -1 END FROM domain_events WHERE aggregate_id = $1',
          [stream],
        );
        if (dense !== wanted)
          throw new Error(`${name}: ${wanted} events were acknowledged, the stream holds ${dense} (-1: gaps)`);
      },
    };
  };
  const naive = async (): Promise<void> => {
    for (;;) {
      attempts++;
      const version = await numberOf(
        pool,
        'SELECT max(stream_version) FROM domain_events WHERE aggregate_type = $1 AND aggregate_id = $2',
        ['Bare', stream],
      );
      try {
        await pool.query({ name: 'bare', text: INSERT_EVENT, values: bareEvent('Bare', stream, version + 1) });
        return;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === '23505')) throw error;
      }
    }
  };
  /** A caller that asks again whenever the edge's three attempts were used up: the fourth waits no longer than the third. */
  const ours = async (): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      attempts++;
      try {
        await asRequest(() =>
          unitOfWork.run(async () => {
            const payment = await repository.get(stream);
            payment.note();
            await repository.save(payment);
          }),
        );
        return;
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict)) throw error;
        await delay(fullJitter(Math.min(attempt, 3), 10, 100));
      }
    }
  };

  const bareCreate = (id: string): Promise<unknown> =>
    pool.query({ name: 'bare', text: INSERT_EVENT, values: bareEvent('Bare', id) });
  const row = await bench.table(
    'hot stream, 16 writers',
    [
      variant('naive reload and retry', 'read version, INSERT, conflict raised by pool.query, again at once', bareCreate, naive),
      variant(
        'repository, as the edge retries',
        'load, decide, save state + event, full jitter 10-100 ms',
        (id) => asRequest(() => repository.save(Payment.create(id))),
        ours,
      ),
    ],
    [postgres.connectionsOpened],
  );
  bench.gates.push({ name: 'streams are dense and hold what was acknowledged, every round', passed: true });
  const mine = row('repository, as the edge retries');
  bench.ratioGoal('hot Postgres / naive', mine, row('naive reload and retry'), 4, 20);
  bench.goal({
    name: 'hot Postgres: connections opened during a round',
    value: mine.meters['connections opened'] ?? 0,
    unit: 'count',
    better: 'lower',
    must: 0,
  });
}

await runProgram('hot', async (bench) => {
  await BenchPostgres.use(bench, (postgres) => hot(bench, postgres));
  await BenchDynamoDb.use(bench, (dynamoDb) => hotOnDynamoDb(bench, dynamoDb));
});
