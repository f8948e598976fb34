import { startGateway } from '@edtech/platform';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { Cell } from '../cell/cell.ts';
import type { SectionReport } from '../report.ts';
import { inBankCell } from './in-cell.ts';

export interface RollingOptions {
  readonly random: SeededRandom;
  readonly restarts: number;
  readonly log: (line: string) => void;
}

/**
 * Every replica in turn is asked to end (SIGTERM) and started again, under load through the gateway, two replicas of each service: a client
 * sees nothing but answers, or a 503 that says when to come again.
 */
export async function rollingRestarts({ random, restarts, log }: RollingOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const codes = new Map<number | null, number>();
  const open: Awaited<ReturnType<typeof startGateway>>[] = [];
  const through = async (cell: Cell): Promise<string[]> => {
    const gateway = await startGateway({
      port: 0,
      prefixes: { bank: 'bank-service' },
      upstreams: { 'bank-service': cell.service('bank-service').urls },
      mails: async () => [],
    });
    open.push(gateway);
    return [gateway.url];
  };
  const running = inBankCell({ random, replicas: { bank: 2, mirror: 2 }, load: {}, through, log }, async ({ cell }) => {
    const { replicas } = cell;
    for (let n = 0; n < restarts; n++) {
      const replica = replicas[n % replicas.length];
      if (replica === undefined) break;
      const code = await replica.roll();
      codes.set(code, (codes.get(code) ?? 0) + 1);
      await replica.untilReady();
      log(`restart ${n + 1}: ${replica.name} ended with ${code}`);
    }
  });
  try {
    await running;
  } finally {
    for (const gateway of open) await gateway.close();
  }
  const outcome = await running;
  const failures = [
    ...outcome.failures,
    ...(outcome.errors.broken === 0 ? [] : [`${outcome.errors.broken} connections of clients broke`]),
    ...[...codes].flatMap(([code, count]) => (code === 0 ? [] : [`${count} replicas ended with ${code} instead of 0`])),
  ];
  return {
    name: 'rolling restarts under load',
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      restarts: [...codes.values()].reduce((sum, count) => sum + count, 0),
      operations: outcome.operations,
      'clean 503': outcome.errors.unavailable,
      'other errors': outcome.errors.dirty.length + outcome.errors.broken,
      events: outcome.events,
      'drained in s': outcome.drainSeconds.toFixed(1),
    },
    counts: outcome.counts,
    failures,
    repeat: `npm run faults -- rolling --seed ${random.seed}`,
  };
}
