import { CRASH_POINTS } from '@edtech/shared-kernel';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { Cell } from '../cell/cell.ts';
import { BUS_FAULTS } from '../chaos.ts';
import { addUp } from '../judge/finding.ts';
import { percentile, type SectionReport } from '../report.ts';
import type { BankWorkload } from '../workload/bank-workload.ts';
import { inBankCell, type BankCell, type CellOutcome } from './in-cell.ts';
import { NotRecovered, untilRecovered } from './recovery.ts';

export interface CrashPointsOptions {
  readonly random: SeededRandom;
  readonly hits: number;
  /** Points or areas of them, such as `saga`; all when empty. */
  readonly only: readonly string[];
  readonly log: (line: string) => void;
}

interface Crash {
  readonly point: string;
  readonly pass: number;
  /** Whether the next crash waits until the system has recovered from this one. */
  readonly measured: boolean;
}

const HIT_WITHIN_MS = 30_000;
const MEASURED_EVERY = 6;
/** Below what two cores can work off beside two cells: a recovery is to tell of the crash, not of a queue that was long before it. */
const LOAD = { clients: 3, pauseMs: 1_200, transfers: 0.3, deposits: 0.25 };
/** Cells at a time: after a crash most of the time is spent waiting for a lease or a hidden message. */
const CELLS = 2;
/** What happens at the consumer's side; everything else dies in the bank. */
const IN_MIRROR = /^in\./;
const REDRIVE = /^dlq\./;
/** What few requests lead to is asked for again and again until the process has come by. */
const PROVOKED: readonly (readonly [points: RegExp, provoke: (parts: BankCell) => Promise<void>])[] = [
  [/^rebuild\./, ({ cell }) => rebuild(cell)],
  [/^saga\.mid-compensate$/, ({ bank }) => bank.transfer({ refuse: true })],
  [/^relay\./, ({ bank }) => bank.deposit()],
];
const PROVOKE_EVERY_MS = 200;
/** The bus refuses a part of every second batch then. */
const PARTIAL = /^publish\.partial$/;
/** An operator's command passes them, no process of a cell; it is killed there in its own test. */
const OF_COMMANDS: readonly string[] = ['rebuild.mid-feed', 'rebuild.before-commit'];

/**
 * Kills a process at every crash point that its program passes, some times each, at its first and at later passes. There is one process of each
 * service, so all work stands still until the next one has taken over: that time is the recovery, measured at the first hit of every sixth point.
 */
export async function crashPoints({ random, hits, only, log }: CrashPointsOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const recoveries: number[] = [];
  const missed: string[] = [];
  let crashes = 0;
  const points = CRASH_POINTS.filter(
    (point) =>
      !OF_COMMANDS.includes(point) && (only.length === 0 || only.some((name) => point === name || point.startsWith(`${name}.`))),
  );
  const planned = plan(random.fork('plan'), points, hits);
  const measure = async (cell: Cell, { point, pass }: Crash): Promise<void> => {
    try {
      recoveries.push(await untilRecovered(cell));
    } catch (error) {
      if (!(error instanceof NotRecovered)) throw error;
      recoveries.push(error.seconds);
      missed.push(`after ${point}:${pass} ${error.message}`);
    }
  };
  const inOneCell = async (cellNumber: number): Promise<CellOutcome> =>
    inBankCell(
      { random: random.fork(`cell ${cellNumber}`), replicas: { bank: 1, mirror: 1 }, load: LOAD, direct: true, log },
      async ({ cell, bank }) => {
        for (let crash = planned.shift(); crash !== undefined; crash = planned.shift()) {
          const armedAt = performance.now();
          if (await crashAt({ cell, bank }, crash)) crashes++;
          else missed.push(`${crash.point} was not passed ${crash.pass} times within ${HIT_WITHIN_MS} ms`);
          const hitAt = performance.now();
          if (crash.measured) await measure(cell, crash);
          log(
            `${crash.point}:${crash.pass} hit after ${seconds(hitAt - armedAt)} s, recovered after ${seconds(performance.now() - hitAt)} s`,
          );
        }
      },
    );
  const outcomes = await Promise.all(Array.from({ length: CELLS }, (_, cellNumber) => inOneCell(cellNumber)));
  const failures = [...outcomes.flatMap((outcome) => outcome.failures), ...missed];
  const { counts, events, effects } = addUp(outcomes);
  return {
    name: 'crash points',
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      points: points.length,
      crashes,
      operations: outcomes.reduce((sum, { operations }) => sum + operations, 0),
      'repeated by clients': outcomes.reduce((sum, { errors }) => sum + errors.unavailable + errors.broken, 0),
      events,
      effects,
      'recovery p50 / p99 in s': `${percentile(recoveries, 0.5).toFixed(2)} / ${percentile(recoveries, 0.99).toFixed(2)}`,
      'drained in s': Math.max(...outcomes.map(({ drainSeconds }) => drainSeconds)).toFixed(1),
    },
    counts,
    failures,
    repeat: `npm run faults -- crash-points --seed ${random.seed}`,
  };
}

/** Every point so many times, the first time at its first pass, in an order of the seed. */
function plan(random: SeededRandom, points: readonly string[], hits: number): Crash[] {
  const crashes = points.flatMap((point, index) =>
    Array.from({ length: hits }, (_, hit) => ({
      point,
      pass: hit === 0 ? 1 : random.between(2, 4),
      measured: hit === 0 && index % MEASURED_EVERY === 0,
      place: random.next(),
    })),
  );
  return crashes.toSorted((a, b) => a.place - b.place);
}

/** False: the process did not come by in time. */
async function crashAt({ cell, bank }: BankCell, { point, pass }: Crash): Promise<boolean> {
  const service = IN_MIRROR.test(point) ? 'mirror-service' : 'bank-service';
  const [replica] = cell.service(service).replicas;
  if (replica === undefined) return false;
  const poisoned = REDRIVE.test(point) ? await park(cell, bank, pass + 2) : undefined;
  await replica.untilStarted();
  const died = replica.nextDeath();
  replica.send({ crashAt: `${point}:${pass}` });
  if (poisoned !== undefined) await redrive(cell, poisoned);
  if (PARTIAL.test(point)) await cell.faults({ bus: { partialPutFailure: 0.5 } });
  const provoke = PROVOKED.find(([points]) => points.test(point))?.[1];
  const provoking = provoke === undefined ? undefined : setInterval(() => void provoke({ cell, bank }), PROVOKE_EVERY_MS);
  const hit = await Promise.race([died.then(() => true), after(HIT_WITHIN_MS).then(() => false)]);
  clearInterval(provoking);
  if (PARTIAL.test(point)) await cell.faults(BUS_FAULTS);
  if (!hit) replica.send({ crashAt: undefined });
  return hit;
}

/** Poisons an account for good until at least so many of its events stand in the queue of a parked key. */
async function park(cell: Cell, bank: BankWorkload, events: number): Promise<string> {
  const { database } = cell.service('bank-service');
  const account = bank.account(0);
  await database.query('INSERT INTO poisoned VALUES ($1, true) ON CONFLICT DO NOTHING', [account]);
  for (const until = performance.now() + HIT_WITHIN_MS; performance.now() < until;) {
    const { rows } = await database.query<{ parked: number }>(
      'SELECT count(*)::int AS parked FROM parked_events WHERE stream = $1',
      [`Account/${account}`],
    );
    if ((rows[0]?.parked ?? 0) >= events) break;
    void bank.moveFrom(0);
    await after(PROVOKE_EVERY_MS);
  }
  return account;
}

/** Asks for the bank's read model to be built again, if no build is under way. */
async function rebuild(cell: Cell): Promise<void> {
  await cell
    .service('bank-service')
    .database.query(
      `INSERT INTO projection_rebuilds (projection, state) VALUES ('bank-service.book', 'requested')
       ON CONFLICT (projection) DO UPDATE SET state = 'requested', checkpoint = 0, error = NULL
         WHERE projection_rebuilds.state IN ('swapped', 'failed')`,
    )
    .catch(() => undefined);
}

async function redrive(cell: Cell, account: string): Promise<void> {
  const { database } = cell.service('bank-service');
  await database.query('DELETE FROM poisoned WHERE account_id = $1', [account]);
  await database.query(`UPDATE parked_keys SET state = 'redriving'`);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

async function after(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
