import { subscriptions } from '@edtech/contracts';
import type { Cell } from '../../cell/cell.ts';
import { CANARY } from '../../workload/people/front-door.ts';
import type { PeopleFacts } from '../../workload/people/member.ts';
import type { Counts, Finding, Judgement } from '../finding.ts';
import { judgeEffects } from '../judge-effects.ts';
import { judgeWithVerify, type Pair } from '../judge-with-verify.ts';
import { differencesBetweenServices } from './agreement.ts';
import { judgeAudit } from './audit.ts';
import { judgeLetters } from './letters.ts';
import { lostActs, repeatedActs } from './acts.ts';
import { brokenSessions } from './sessions.ts';

const MOST_SHOWN = 5;
/** Refused requests are counted and recorded once a minute, also when all is quiet. */
const GRACE_MS = 5_000;
/** Of the consumers of the bus all but these take every event by itself. */
const ORDERED = ['admin-service.user-events.handleUserRole', 'user-service.tutor-events.handleTutorStanding'];

/** What the judge found, and what there was to look at. */
export interface PeopleJudgement extends Judgement {
  readonly audited: number;
  readonly mails: number;
  /** Of these so many were sent again. */
  readonly mailsRepeated: number;
}

/** Every invariant of a cell with the real services, after it has come to rest. `superadmin` is a token. */
export async function judgePeople(cell: Cell, facts: PeopleFacts, superadmin: string): Promise<PeopleJudgement> {
  const findings: Finding[] = [];
  const counts: Counts = { lost: 0, doubled: 0, inverted: 0, gaps: 0, drift: 0 };
  const found = (kind: keyof Counts, invariant: string, place: string, lines: readonly string[]): void => {
    counts[kind] += lines.length;
    for (const detail of lines.slice(0, MOST_SHOWN)) findings.push({ invariant, place, detail });
  };

  let [recorded, observed] = [0, 0];
  for (const service of cell.services.values()) {
    const { rows } = await service.database.query<{ name: string }>(
      `SELECT DISTINCT subscription AS name FROM subscription_events WHERE road = 'bus' AND NOT subscription = ANY($1)`,
      [ORDERED],
    );
    const effects = await judgeEffects(service, { unordered: rows.map(({ name }) => name), strict: [] });
    findings.push(...effects.findings);
    for (const name of ['doubled', 'inverted', 'gaps'] as const) counts[name] += effects.counts[name];
    recorded += effects.events;
    observed += effects.effects;
    const { rows: parked } = await service.database.query<{ line: string }>(
      `SELECT subscription || ' ' || stream || ': ' || coalesce(error, 'waits behind another') AS line FROM parked_events`,
    );
    const lines = parked.map(({ line }) => line);
    found('lost', 'I2', `${service.name} parked`, lines);
  }
  found('lost', 'I1', 'people', await lostActs(cell, facts));
  found('doubled', 'I4', 'people', await repeatedActs(cell, facts));
  found('lost', 'I6', 'people', await differencesBetweenServices(cell, facts));
  found('lost', 'I1', 'sessions', await brokenSessions(cell, facts));
  const audit = await judgeAudit(cell, superadmin);
  found('lost', 'I2', 'audit', audit.lost);
  found('doubled', 'I4', 'audit', audit.invented);
  found('lost', 'I9', 'audit', audit.flaws);
  const letters = await judgeLetters(cell);
  found('lost', 'I2', 'mails', letters.missing);
  found('doubled', 'I4', 'mails', letters.invented);
  const talkers = cell.replicas.filter(({ output }) => output.includes(CANARY));
  found(
    'lost',
    'I12',
    'output',
    talkers.map(({ name }) => `${name} prints a name`),
  );
  const verified = await judgeWithVerify(cell, { graceMs: GRACE_MS, canaries: [], allowed: [], pairs: pairsIn(cell) });
  findings.push(...verified.findings);
  counts.lost += verified.lost;
  counts.gaps += verified.gaps;
  const { audited } = audit;
  return {
    findings,
    counts,
    events: recorded,
    effects: observed,
    audited,
    mails: letters.mails,
    mailsRepeated: letters.repeated,
  };
}

/** Which service of the cell takes what of which other. */
function pairsIn(cell: Cell): Pair[] {
  const names = [...cell.services.keys()];
  return names.flatMap((producer) =>
    names.flatMap((consumer) => {
      const rules = (subscriptions[consumer] ?? [])
        .filter(({ event }) => event.producer === producer)
        .map(({ event, filter }) => ({ eventName: event.name, filter }));
      return rules.length === 0 ? [] : [{ producer, consumer, rules }];
    }),
  );
}
