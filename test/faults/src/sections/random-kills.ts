import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { Chaos, FULL_MIX } from '../chaos.ts';
import type { SectionReport } from '../report.ts';
import { inBankCell } from './in-cell.ts';

export interface KillsOptions {
  readonly random: SeededRandom;
  readonly kills: number;
  readonly log: (line: string) => void;
}

const MOST_MS_PER_KILL = 2_500;

/** Random SIGKILLs of every role, PostgreSQL and the AWS endpoint included, with the whole mix of faults on. */
export async function randomKills({ random, kills, log }: KillsOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const drawn: Record<string, number> = {};
  let killed = 0;
  const outcome = await inBankCell(
    { random, replicas: { bank: 2, mirror: 2 }, load: { pauseMs: 15 }, skewed: true, log },
    async ({ cell }) => {
      const chaos = new Chaos(cell, random.fork('chaos'), { everyMs: 290, weights: FULL_MIX });
      chaos.start();
      for (const until = performance.now() + kills * MOST_MS_PER_KILL; chaos.kills < kills && performance.now() < until;)
        await new Promise((resolve) => setTimeout(resolve, 100));
      await chaos.stop();
      killed = chaos.kills;
      Object.assign(drawn, chaos.faults);
    },
  );
  const failures = [...outcome.failures, ...(killed < kills ? [`only ${killed} of ${kills} kills fitted into the time`] : [])];
  return {
    name: 'random kills with the whole mix of faults',
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      kills: killed,
      deaths: outcome.deaths,
      faults: Object.entries(drawn)
        .map(([name, count]) => `${name} ${count}`)
        .join(' + '),
      operations: outcome.operations,
      'repeated by clients': outcome.errors.unavailable + outcome.errors.broken,
      events: outcome.events,
      effects: outcome.effects,
      'drained in s': outcome.drainSeconds.toFixed(1),
    },
    counts: outcome.counts,
    failures,
    repeat: `npm run faults -- kills --seed ${random.seed}`,
  };
}
