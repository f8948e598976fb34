import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { Mutant } from '../mutants.ts';
import { peopleMutants } from '../people-mutants.ts';
import type { SectionReport } from '../report.ts';
import { huntBugs } from './hunt-bugs.ts';
import { inPeopleCell, type PeopleCell } from './in-people-cell.ts';

export interface PeopleBugsOptions {
  readonly random: SeededRandom;
  /** Names of mutants; all when empty. */
  readonly only: readonly string[];
  readonly log: (line: string) => void;
}

/** Long enough without kills; a bug that keeps rights alive is not waited for as long as it is allowed. */
const REFUSED_WITHIN_MS = 15_000;
const LASTS_MS = 20_000;
const KILL_EVERY_MS = 1_500;

/** Bugs planted into the real services: each has to be caught, and without one the same run has to be clean. */
export async function peopleBugs({ random, only, log }: PeopleBugsOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const bugs = peopleMutants.filter(({ id }) => only.length === 0 || only.includes(id));
  const { figures, failures } = await huntBugs({
    bugs,
    run: (mutant, chance) => runWith(mutant, random.fork(`chance ${chance}`), log),
    log,
  });
  return {
    name: 'bugs planted into the real services',
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures,
    failures,
    repeat: `npm run faults -- people-bugs --seed ${random.seed}`,
  };
}

async function runWith(
  mutant: Mutant | undefined,
  random: SeededRandom,
  log: (line: string) => void,
): Promise<string | undefined> {
  try {
    const { failures } = await inPeopleCell(
      {
        random,
        replicas: 1,
        load: { pauseMs: 50, members: 6 },
        watched: 2,
        refusedWithinMs: REFUSED_WITHIN_MS,
        mutant,
        drainWithinMs: 30_000,
        log: () => undefined,
      },
      (parts) => underFaults(parts, random.fork('kills'), mutant === undefined),
    );
    for (const failure of failures) log(`${mutant?.id ?? 'none'}: ${failure}`);
    return failures[0];
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Duplicates and disorder all the time; kills, and commits whose answer is lost, where there is no bug. */
async function underFaults({ cell }: PeopleCell, random: SeededRandom, kills: boolean): Promise<void> {
  await cell.faults({ bus: { duplicate: 0.4, reorderWindow: 8 }, sqs: { duplicateReceive: 0.2 } });
  for (const until = performance.now() + LASTS_MS; performance.now() < until;) {
    await sleep(KILL_EVERY_MS);
    if (!kills) continue;
    cell.toPostgres.resetAfterForwarding({ next: 2, when: (request) => request.includes('COMMIT') });
    random.pick(cell.replicas).kill('SIGKILL');
  }
}
