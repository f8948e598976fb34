import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { Cell, type ServiceSpec } from '../cell/cell.ts';
import { eventsOfPlatform } from '../cell/events-file.ts';
import { quiesce } from '../cell/quiesce.ts';
import { BUS_FAULTS } from '../chaos.ts';
import { judgePeople, type PeopleJudgement } from '../judge/people/judge-people.ts';
import type { Mutant } from '../mutants.ts';
import { failuresOf } from '../report.ts';
import type { ClientErrors } from '../workload/http-client.ts';
import { Demotions, type Demotion } from '../workload/people/demotions.ts';
import type { PeopleFacts } from '../workload/people/member.ts';
import { PeopleWorkload, type PeopleLoad } from '../workload/people/people-workload.ts';

export interface PeopleCell {
  readonly cell: Cell;
  readonly people: PeopleWorkload;
}

export interface InPeopleCellOptions {
  readonly random: SeededRandom;
  /** Of identity-, user- and admin-service; there is one of tutor-service. */
  readonly replicas: number;
  readonly load?: Partial<PeopleLoad>;
  /** Administrators who are demoted again and again at the same time. */
  readonly watched: number;
  /** How long an old token may be accepted. */
  readonly refusedWithinMs: number;
  readonly direct?: boolean;
  readonly mutant?: Mutant | undefined;
  readonly drainWithinMs?: number;
  readonly log: (line: string) => void;
}

export interface PeopleOutcome extends PeopleJudgement {
  /** Findings and everything else that must not be, as text. */
  readonly failures: readonly string[];
  readonly facts: PeopleFacts;
  readonly demotions: readonly Demotion[];
  readonly drainSeconds: number;
  readonly operations: number;
  readonly errors: ClientErrors;
  /** Processes that died, whatever the reason. */
  readonly deaths: number;
}

const DEFAULT_LOAD: PeopleLoad = { clients: 8, pauseMs: 100, members: 10 };
/** Reminders of the services are due after a day and later. */
const TIMERS_MS = 60_000;

/**
 * Runs `scenario` on the real services, with people coming, going, rising and falling and the faults of the bus on, lets the cell come to rest
 * and judges it. A cell that does not come to rest is a finding of I10 and is judged all the same.
 */
export async function inPeopleCell(
  options: InPeopleCellOptions,
  scenario: (parts: PeopleCell) => Promise<void>,
): Promise<PeopleOutcome> {
  const { random, replicas, load = {}, watched, refusedWithinMs, direct = false, mutant, drainWithinMs, log } = options;
  const services = peopleServices(replicas);
  const cell = await Cell.start({
    random: random.fork('cell'),
    services,
    events: await eventsOfPlatform(services.map(({ name }) => name)),
    signedBy: 'identity-service',
    direct,
    mutant,
    log,
  });
  try {
    const people = await PeopleWorkload.open(cell, random.fork('people'), { ...DEFAULT_LOAD, ...load });
    await cell.faults(BUS_FAULTS);
    const demotions = new Demotions(cell, people, refusedWithinMs);
    people.start();
    demotions.start(watched);
    try {
      await scenario({ cell, people });
    } finally {
      await Promise.all([people.stop(), demotions.stop()]);
    }
    const failures = demotions.failures.map((failure) => `rights: ${failure}`);
    let drainSeconds = 0;
    try {
      drainSeconds = await quiesce(cell, { withinMs: drainWithinMs, timersDueWithinMs: TIMERS_MS });
    } catch (error) {
      failures.push(`I10 ${error instanceof Error ? error.message : String(error)}`);
    }
    const judgement = await judgePeople(cell, people.facts, people.backOffice.token);
    failures.push(
      ...failuresOf(judgement.findings),
      ...people.errors.dirty.map((error) => `client error: ${error}`),
      ...people.doors.unexpected.map((answer) => `client error: ${answer}`),
    );
    return {
      ...judgement,
      failures,
      facts: people.facts,
      demotions: demotions.done,
      drainSeconds,
      operations: people.operations,
      errors: people.errors,
      deaths: cell.replicas.reduce((sum, { deaths }) => sum + deaths, 0),
    };
  } finally {
    await cell.stop();
  }
}

function peopleServices(replicas: number): ServiceSpec[] {
  return ['identity', 'user', 'tutor', 'admin'].map((name) => ({
    name: `${name}-service`,
    program: `people/${name}`,
    replicas: Array.from({ length: name === 'tutor' ? 1 : replicas }, () => 'all'),
  }));
}
