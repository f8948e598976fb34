import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { Cell } from '../cell/cell.ts';
import type { Replica } from '../cell/replica.ts';
import { BUS_FAULTS, Chaos, FULL_MIX } from '../chaos.ts';
import { percentile, type SectionReport } from '../report.ts';
import { shuffled } from '../shuffled.ts';
import type { PeopleWorkload } from '../workload/people/people-workload.ts';
import { inPeopleCell } from './in-people-cell.ts';

export interface PeopleOptions {
  readonly random: SeededRandom;
  readonly kills: number;
  /** Crash points, or areas of them, such as `saga`; all that the services pass when empty. */
  readonly only: readonly string[];
  readonly log: (line: string) => void;
  readonly progress: (line: string) => void;
}

const MOST_MS_PER_KILL = 2_500;
const HIT_WITHIN_MS = 120_000;
const ARM_EVERY_MS = 300;
/** Until every replica has heard that it may live. */
const DISARMED_MS = 500;
const REFUSED_WITHIN_MS = 60_000;
const WATCHED = 2;

/** What every service passes that answers commands, publishes and consumes. */
const EVERYWHERE = [
  'cmd.begin',
  'cmd.after-state',
  'cmd.after-log',
  'cmd.after-commit',
  'idem.after-claim',
  'idem.after-result',
  'feed.after-sequence',
  'feed.after-read',
  'feed.before-ckpt',
  'publish.after-claim',
  'publish.after-put',
  'publish.partial',
  'publish.mid-mark',
  'in.after-receive',
  'in.after-inbox',
  'in.after-effect',
  'in.after-commit',
  'in.mid-batch',
];
/** The saga of identity-service only waits in this load. */
const OF_SAGAS = ['saga.after-claim', 'saga.after-cmd', 'saga.after-commit'];
const POINTS: Readonly<Record<string, readonly string[]>> = {
  'identity-service': EVERYWHERE,
  'admin-service': [...EVERYWHERE, ...OF_SAGAS],
};

/**
 * The real identity-, user-, tutor- and admin-service with logins, registrations, decisions and changes of roles in flight: first random kills of
 * every role with the whole mix of faults, then a death at each crash point that identity- and admin-service pass. All the time administrators lose their rights, and
 * their old tokens are tried at every replica until each has refused them.
 */
export async function people({ random, kills, only, log, progress }: PeopleOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const drawn: Record<string, number> = {};
  const missed: string[] = [];
  const crashes: Record<string, number> = {};
  let killed = 0;
  const outcome = await inPeopleCell(
    { random, replicas: 2, watched: WATCHED, refusedWithinMs: REFUSED_WITHIN_MS, log },
    async ({ cell, people: workload }) => {
      progress(`${kills} random kills`);
      const chaos = new Chaos(cell, random.fork('chaos'), { everyMs: 700, weights: { ...FULL_MIX, poison: 0 } });
      chaos.start();
      for (const until = performance.now() + kills * MOST_MS_PER_KILL; chaos.kills < kills && performance.now() < until;)
        await sleep(100);
      await chaos.stop();
      await Promise.all([cell.toPostgres.heal(), cell.toAws.heal(), cell.postgres.settled(), cell.aws.untilReady()]);
      await cell.faults({ ...BUS_FAULTS, bus: { ...BUS_FAULTS.bus, partialPutFailure: 0.2 } });
      killed = chaos.kills;
      Object.assign(drawn, chaos.faults);
      progress('a death at each crash point');
      const lanes = Object.entries(POINTS).map(async ([service, points]) => {
        for (const point of shuffled(
          points.filter((name) => isChosen(name, only)),
          random.fork(service),
        )) {
          if (!(await dieAt(cell, workload, service, point))) {
            missed.push(`${service} did not pass ${point} within ${HIT_WITHIN_MS / 1_000} s`);
            continue;
          }
          crashes[service] = (crashes[service] ?? 0) + 1;
          log(`${service} died at ${point}`);
        }
      });
      await Promise.all(lanes);
    },
  );
  const { facts, demotions, errors } = outcome;
  const seconds = demotions.map((demotion) => demotion.seconds);
  const slowest = demotions.toSorted((a, b) => b.seconds - a.seconds)[0];
  const failures = [
    ...outcome.failures,
    ...missed,
    ...(killed < kills ? [`only ${killed} of ${kills} kills fitted into the time`] : []),
    ...(demotions.length === 0 ? ['no administrator lost any rights'] : []),
  ];
  return {
    name: 'the real services: logins, decisions and changes of roles in flight',
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      kills: killed,
      'deaths at crash points': Object.entries(crashes)
        .map(([service, count]) => `${service} ${count}`)
        .join(' + '),
      deaths: outcome.deaths,
      faults: Object.entries(drawn)
        .map(([name, count]) => `${name} ${count}`)
        .join(' + '),
      operations: outcome.operations,
      registrations: facts.members.length,
      logins: facts.logins.length,
      'changes of roles': facts.roleChanges.length,
      suspensions: facts.suspensions.length,
      decisions: facts.decisions.length,
      'rights lost': demotions.length,
      'old token refused everywhere, p50 / worst in s': `${percentile(seconds, 0.5).toFixed(1)} / ${percentile(seconds, 1).toFixed(1)}`,
      'the worst one': slowest === undefined ? 'none' : `${slowest.loss} at ${slowest.replica}`,
      'repeated by clients': errors.unavailable + errors.broken,
      events: outcome.events,
      effects: outcome.effects,
      audited: outcome.audited,
      mails: `${outcome.mails}, ${outcome.mailsRepeated} of them again`,
      'drained in s': outcome.drainSeconds.toFixed(1),
    },
    counts: outcome.counts,
    failures,
    repeat: `npm run faults -- people --seed ${random.seed}`,
  };
}

function isChosen(point: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((name) => point === name || point.startsWith(`${name}.`));
}

/**
 * Whichever replica comes by first; one that has just started again is armed as soon as it listens. A second one that dies of the same point does
 * not count for the next. False: none came by in time.
 */
async function dieAt(cell: Cell, workload: PeopleWorkload, service: string, point: string): Promise<boolean> {
  const { replicas } = cell.service(service);
  const arm = (crashAt: string | undefined): void => replicas.forEach((replica) => replica.send({ crashAt }));
  const crashes = replicas.map((replica) => untilCrashed(replica));
  const arming = setInterval(arm, ARM_EVERY_MS, `${point}:1`);
  if (OF_SAGAS.includes(point)) workload.handIn();
  const hit = await Promise.race([...crashes, sleep(HIT_WITHIN_MS, false, { ref: false })]);
  clearInterval(arming);
  arm(undefined);
  await sleep(DISARMED_MS);
  return hit;
}

/** A process that cannot start ends as well, but with an exit code. */
async function untilCrashed(replica: Replica): Promise<boolean> {
  return (await replica.nextDeath()) === 'SIGKILL' || untilCrashed(replica);
}
