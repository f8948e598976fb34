import { setTimeout as delay } from 'node:timers/promises';
import type { EventReaction } from '@edtech/shared-kernel';
import { v4 as uuidv4 } from 'uuid';
import { FeedRunner } from './harness/feed-runner.ts';
import type { Variant } from './harness/measure.ts';
import { asRequest, CREATE_PAYMENTS, Payment, PaymentRepository } from './harness/payments.ts';
import { BenchPostgres } from './harness/postgres.ts';
import { runProgram, type Bench } from './harness/program.ts';

/** Long enough for everything to fall asleep between two commits. */
const PAUSE_MS = 25;

async function wake(bench: Bench, postgres: BenchPostgres): Promise<void> {
  await postgres.pool(1).query(CREATE_PAYMENTS);
  const [writer, reader] = [new FeedRunner(postgres.database(4)), new FeedRunner(postgres.database(8))];
  const commits = bench.size(60, 8);
  const row = await bench.table('commit to handler, idle', [
    measured(
      'same process',
      'sequencer, subscription and writer share a signal; inbox row before the handler',
      reader,
      reader,
      commits,
    ),
    measured('across processes', 'another database pool and signal: one coalesced NOTIFY', reader, writer, commits),
  ]);
  bench.gates.push({ name: 'every commit was handled exactly once, every round', passed: true });
  for (const where of ['same process', 'across processes']) {
    const { p50, p99 } = row(where);
    bench.goal({ name: `commit to handler, ${where}, p50`, value: p50 ?? 0, unit: 'ms', better: 'lower', stretch: 2 });
    bench.goal({ name: `commit to handler, ${where}, p99`, value: p99 ?? 0, unit: 'ms', better: 'lower', must: 25, stretch: 5 });
  }
}

function measured(name: string, includes: string, reader: FeedRunner, writer: FeedRunner, commits: number): Variant {
  const repository = new PaymentRepository(writer.unitOfWork);
  const handledAt = new Map<string, number>();
  let twice = 0;
  const reaction: EventReaction = {
    subscription: `bench.wake-${name.replaceAll(' ', '-')}`,
    events: ['payment.created'],
    effect: 'database',
    order: 'any',
    handle: async ({ aggregateId }) => {
      if (handledAt.has(aggregateId)) twice++;
      handledAt.set(aggregateId, performance.now());
    },
  };
  let stop = async (): Promise<void> => undefined;
  return {
    name,
    includes,
    before: async () => {
      if (writer !== reader) writer.signal.start();
      stop = reader.start([reader.consumerOf(reaction)], true);
      await delay(100);
      const id = uuidv4();
      await asRequest(() => repository.save(Payment.create(id)));
      await handled(handledAt, id);
    },
    run: async () => {
      const committedAt = new Map<string, number>();
      const startedAt = performance.now();
      for (let n = 0; n < commits; n++) {
        await delay(PAUSE_MS + Math.random() * 5);
        const id = uuidv4();
        await asRequest(() => repository.save(Payment.create(id)));
        committedAt.set(id, performance.now());
      }
      for (const id of committedAt.keys()) await handled(handledAt, id);
      const latencies = [...committedAt].map(([id, at]) => Math.max(0, (handledAt.get(id) ?? 0) - at));
      return { ops: commits, seconds: (performance.now() - startedAt) / 1_000, latencies };
    },
    after: async () => {
      await stop();
      if (writer !== reader) await writer.signal.stop();
      if (twice > 0) throw new Error(`${twice} events were handled twice`);
    },
  };
}

async function handled(handledAt: ReadonlyMap<string, number>, id: string): Promise<void> {
  for (const until = performance.now() + 5_000; !handledAt.has(id); await delay(1)) {
    if (performance.now() > until) throw new Error(`the event of ${id} reached no handler within 5 s`);
  }
}

await runProgram('wake', (bench) => BenchPostgres.use(bench, (postgres) => wake(bench, postgres)));
