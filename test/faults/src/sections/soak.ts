import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { Chaos, FULL_MIX } from '../chaos.ts';
import { percentile, type SectionReport } from '../report.ts';
import { inBankCell } from './in-cell.ts';
import { NotRecovered, untilRecovered } from './recovery.ts';

export interface SoakOptions {
  readonly random: SeededRandom;
  readonly hours: number;
  readonly log: (line: string) => void;
  readonly progress: (line: string) => void;
}

const EVERY_MS = 1_500;
const LOOK_EVERY_MS = 60_000;
/** Between two storms the faults stop, and what is open is waited for. */
const STORM_MS = 4 * 60_000;

/** The whole mix of faults for hours, in storms of some minutes; after each the system has to recover by itself. */
export async function soak({ random, hours, log, progress }: SoakOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const endsAt = startedAt + hours * 3_600_000;
  const recoveries: number[] = [];
  const drawn: Record<string, number> = {};
  const stuck: string[] = [];
  let kills = 0;
  const outcome = await inBankCell(
    { random, replicas: { bank: 2, mirror: 2 }, load: { pauseMs: 120 }, skewed: true, log },
    async ({ cell, bank }) => {
      for (let storm = 1; performance.now() < endsAt; storm++) {
        const chaos = new Chaos(cell, random.fork(`storm ${storm}`), { everyMs: EVERY_MS, weights: FULL_MIX });
        chaos.start();
        for (const until = Math.min(endsAt, performance.now() + STORM_MS); performance.now() < until;) {
          await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_EVERY_MS, until - performance.now())));
          progress(
            `${minutes(startedAt)} min: ${kills + chaos.kills} kills, ${bank.operations} operations, ${bank.facts.moves.length} moves`,
          );
        }
        await chaos.stop();
        kills += chaos.kills;
        for (const [fault, count] of Object.entries(chaos.faults)) drawn[fault] = (drawn[fault] ?? 0) + count;
        await Promise.all([cell.toPostgres.heal(), cell.toAws.heal(), cell.postgres.settled(), cell.aws.untilReady()]);
        const seconds = await untilRecovered(cell, STORM_MS).catch((error: unknown) => {
          if (!(error instanceof NotRecovered)) throw error;
          stuck.push(`storm ${storm}: ${error.message}`);
          return error.seconds;
        });
        recoveries.push(seconds);
        progress(`storm ${storm} recovered in ${seconds.toFixed(1)} s`);
      }
    },
  );
  return {
    name: `soak of ${hours} h`,
    passed: outcome.failures.length + stuck.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      kills,
      deaths: outcome.deaths,
      faults: Object.entries(drawn)
        .map(([name, count]) => `${name} ${count}`)
        .join(' + '),
      storms: recoveries.length,
      'recovery after a storm p50 / p99 in s': `${percentile(recoveries, 0.5).toFixed(1)} / ${percentile(recoveries, 0.99).toFixed(1)}`,
      operations: outcome.operations,
      'repeated by clients': outcome.errors.unavailable + outcome.errors.broken,
      events: outcome.events,
      effects: outcome.effects,
      'drained in s': outcome.drainSeconds.toFixed(1),
    },
    counts: outcome.counts,
    failures: [...outcome.failures, ...stuck],
    repeat: `npm run faults -- --hours ${hours} --seed ${random.seed}`,
  };
}

function minutes(startedAt: number): string {
  return ((performance.now() - startedAt) / 60_000).toFixed(0);
}
