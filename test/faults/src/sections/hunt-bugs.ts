import type { Mutant } from '../mutants.ts';
import type { SectionReport } from '../report.ts';

export interface Hunt {
  readonly bugs: readonly Mutant[];
  /** Answers what fired first, with its place; undefined: nothing did. Without a bug nothing may. */
  readonly run: (bug: Mutant | undefined, chance: number) => Promise<string | undefined>;
  readonly log: (line: string) => void;
}

interface Outcome {
  readonly id: string;
  readonly fired: string | undefined;
}

/** They mostly wait. */
const AT_A_TIME = 3;
/** A bug that needs luck to show gets so many chances; a run without a bug gets one. */
const CHANCES = 3;

/** Runs once without a bug and then with each. A bug has to be caught by what is made for it; anything else would be an accident. */
export async function huntBugs({ bugs, run, log }: Hunt): Promise<Pick<SectionReport, 'figures' | 'failures'>> {
  const left: (Mutant | undefined)[] = [undefined, ...bugs];
  const outcomes: Outcome[] = [];
  let clean: string | undefined;
  const work = async (): Promise<void> => {
    while (left.length > 0) {
      const bug = left.shift();
      if (bug !== undefined) {
        outcomes.push(await hunt(bug, { run, log }));
        continue;
      }
      clean = await run(undefined, 1);
      log(`none: ${clean ?? 'clean'}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const survivors = outcomes.flatMap(({ id, fired }) => {
    const bug = bugs.find((candidate) => candidate.id === id);
    if (bug === undefined || isCaught(bug, fired)) return [];
    return fired === undefined
      ? [`${id} survived: ${bug.bug}`]
      : [`${id} was caught by accident, not by ${bug.caughtBy.join(' or ')}: ${fired}`];
  });
  return {
    figures: {
      planted: bugs.length,
      caught: bugs.length - survivors.length,
      'fired first': outcomes
        .filter(({ fired }) => fired !== undefined)
        .map(({ id, fired }) => `${id} ${fired?.split(' ', 1)[0]}`)
        .join(', '),
    },
    failures: [...(clean === undefined ? [] : [`without a bug the same run is not clean: ${clean}`]), ...survivors],
  };
}

async function hunt(bug: Mutant, { run, log }: Pick<Hunt, 'run' | 'log'>): Promise<Outcome> {
  for (let chance = 1; ; chance++) {
    const fired = await run(bug, chance);
    log(`${bug.id}: ${fired ?? 'nothing fired'}`);
    if (chance === CHANCES || isCaught(bug, fired)) return { id: bug.id, fired };
  }
}

function isCaught({ caughtBy }: Mutant, fired: string | undefined): boolean {
  return caughtBy.some((invariant) => fired?.startsWith(`${invariant} `) === true || fired?.startsWith(`${invariant}:`) === true);
}
