import { CRASH_POINTS } from '@edtech/shared-kernel';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { Cell } from '../cell/cell.ts';
import type { Replica } from '../cell/replica.ts';
import { percentile, type SectionReport } from '../report.ts';
import type { BankWorkload } from '../workload/bank-workload.ts';
import { inBankCell } from './in-cell.ts';
import { untilRecovered } from './recovery.ts';

export interface CrashPointsOptions {
  readonly random: SeededRandom;
  readonly hits: number;
  readonly log: (line: string) => void;
}

interface Crash {
  readonly point: string;
  readonly pass: number;
}

const HIT_WITHIN_MS = 15_000;
/** What happens at the consumer's side; everything else dies in the bank. */
const IN_MIRROR = /^in\./;
const REDRIVE = /^dlq\./;

/**
 * Kills a process at every crash point that the kernel has, some times each, at its first and at later passes. There is one process of each
 * service, so all work stands still until the next one has taken over: that time is the recovery.
 */
export async function crashPoints({ random, hits, log }: CrashPointsOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const recoveries: number[] = [];
  const missed: string[] = [];
  let crashes = 0;
  const outcome = await inBankCell({ random, replicas: 1, load: {}, log }, async ({ cell, bank }) => {
    for (const crash of plan(random.fork('plan'), hits)) {
      const hit = await crashAt(cell, bank, crash);
      if (!hit) missed.push(`${crash.point} was not passed ${crash.pass} times within ${HIT_WITHIN_MS} ms`);
      else {
        crashes++;
        recoveries.push(await untilRecovered(cell));
      }
    }
  });
  const failures = [...outcome.failures, ...missed];
  return {
    name: 'crash points',
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      points: CRASH_POINTS.length,
      crashes,
      operations: outcome.operations,
      'repeated by clients': outcome.errors.unavailable + outcome.errors.broken,
      events: outcome.events,
      effects: outcome.effects,
      'recovery p50 / p99 in s': `${percentile(recoveries, 0.5).toFixed(2)} / ${percentile(recoveries, 0.99).toFixed(2)}`,
      'drained in s': outcome.drainSeconds.toFixed(1),
    },
    counts: outcome.counts,
    failures,
    repeat: `npm run faults -- crash-points --seed ${random.seed}`,
  };
}

/** Every point so many times, the first time at its first pass, in an order of the seed. */
function plan(random: SeededRandom, hits: number): Crash[] {
  const crashes = CRASH_POINTS.flatMap((point) =>
    Array.from({ length: hits }, (_, hit) => ({ point, pass: hit === 0 ? 1 : random.between(2, 4), place: random.next() })),
  );
  return crashes.toSorted((a, b) => a.place - b.place);
}

/** The process is started anew with its crash point, which ends it. False: it did not come by in time. */
async function crashAt(cell: Cell, bank: BankWorkload, { point, pass }: Crash): Promise<boolean> {
  const service = IN_MIRROR.test(point) ? 'mirror-service' : 'bank-service';
  const [replica] = cell.service(service).replicas;
  if (replica === undefined) return false;
  const poisoned = REDRIVE.test(point) ? await park(cell, bank, pass + 2) : undefined;
  await rearm(replica, `${point}:${pass}`);
  const died = replica.nextDeath();
  if (poisoned !== undefined) await redrive(cell, poisoned);
  const late = new AbortController();
  const hit = await Promise.race([
    died.then(() => true),
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), HIT_WITHIN_MS);
      late.signal.addEventListener('abort', () => clearTimeout(timer));
    }),
  ]);
  late.abort();
  if (!hit) await rearm(replica, undefined);
  await replica.untilReady();
  return hit;
}

/** The crash point goes into the environment of a new process: the old one is killed for it. */
async function rearm(replica: Replica, at: string | undefined): Promise<void> {
  if (at !== undefined) replica.arm({ CRASH_AT: at });
  const died = replica.nextDeath();
  replica.kill('SIGKILL');
  await died;
}

/** Poisons an account until at least so many of its events stand in the queue of a parked key. */
async function park(cell: Cell, bank: BankWorkload, events: number): Promise<string> {
  const { database } = cell.service('bank-service');
  const account = `${bank.generation}-a0`;
  await database.query('INSERT INTO poisoned VALUES ($1) ON CONFLICT DO NOTHING', [account]);
  for (const until = performance.now() + HIT_WITHIN_MS; performance.now() < until;) {
    const { rows } = await database.query<{ parked: number }>(
      'SELECT count(*)::int AS parked FROM parked_events WHERE stream = $1',
      [`Account/${account}`],
    );
    if ((rows[0]?.parked ?? 0) >= events) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return account;
}

async function redrive(cell: Cell, account: string): Promise<void> {
  const { database } = cell.service('bank-service');
  await database.query('DELETE FROM poisoned WHERE account_id = $1', [account]);
  await database.query(`UPDATE parked_keys SET state = 'redriving'`);
}
