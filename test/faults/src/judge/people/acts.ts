import type pg from 'pg';
import type { Cell } from '../../cell/cell.ts';
import type { PeopleFacts } from '../../workload/people/member.ts';

interface Counted {
  readonly key: string;
  readonly count: number;
}

/** An act of a client, as the events of one name that stand for it. */
interface Traces {
  readonly what: string;
  readonly service: string;
  readonly eventName: string;
  /** SQL that names the act of an event. */
  readonly keyOf: string;
  /** Acts that were acknowledged: each is in the log once. */
  readonly acknowledged: readonly string[];
}

/** I1: what was acknowledged is in the log, with what follows from it. */
export async function lostActs(cell: Cell, facts: PeopleFacts): Promise<string[]> {
  const lost: string[] = [];
  for (const trace of tracesOf(facts)) {
    const counts = await countsOf(cell, trace);
    for (const key of trace.acknowledged) if (!counts.has(key)) lost.push(`the acknowledged ${trace.what} ${key} is in no log`);
  }
  return [...lost, ...(await unverified(cell, facts)), ...(await wrongFailures(cell, facts))];
}

/** I4: nothing that happens once was recorded, or has had its effect, twice. */
export async function repeatedActs(cell: Cell, facts: PeopleFacts): Promise<string[]> {
  const doubled: string[] = [];
  for (const trace of tracesOf(facts)) {
    for (const [key, count] of await countsOf(cell, trace))
      if (count > 1) doubled.push(`the ${trace.what} ${key} was recorded ${count} times`);
  }
  const { rows } = await cell
    .service('user-service')
    .database.query<Counted>('SELECT user_id::text AS key, registrations AS count FROM user_analytics WHERE registrations <> 1');
  return [...doubled, ...rows.map(({ key, count }) => `the registration of ${key} was counted ${count} times`)];
}

function tracesOf({ members, roleChanges, suspensions, submissions, decisions }: PeopleFacts): Traces[] {
  const [ids, reason] = [members.map(({ userId }) => userId), `payload::jsonb ->> 'reason'`];
  const attempts = submissions.map(({ tutorId, attempt }) => `${tutorId}#${attempt}`);
  const attempt = `(payload::jsonb ->> 'tutorId') || '#' || (payload::jsonb ->> 'attempt')`;
  const trace = (what: string, eventName: string, keyOf: string, acknowledged: readonly string[]): Traces => ({
    what,
    service: SERVICES[eventName.split('.', 1)[0] ?? ''] ?? '',
    eventName,
    keyOf,
    acknowledged,
  });
  return [
    trace('registration', 'identity.registered', 'aggregate_id', ids),
    trace('user of the registration', 'user.created', 'aggregate_id', ids),
    trace(
      'change of role',
      'user.role_changed',
      reason,
      roleChanges.map((change) => change.reason),
    ),
    trace(
      'suspension',
      'user.suspended',
      reason,
      suspensions.map((suspension) => suspension.reason),
    ),
    trace('submission', 'tutor.profile_submitted', attempt, attempts),
    trace('case of the submission', 'verification.case_opened', attempt, attempts),
    trace(
      'decision',
      'verification.decided',
      `coalesce(payload::jsonb -> 'items' ->> 0, ${reason})`,
      decisions.map(({ mark }) => mark),
    ),
    trace(
      'case of the decision',
      'verification.decided',
      `payload::jsonb ->> 'caseId'`,
      decisions.map(({ caseId }) => caseId),
    ),
  ];
}

const SERVICES: Readonly<Record<string, string>> = {
  identity: 'identity-service',
  user: 'user-service',
  tutor: 'tutor-service',
  verification: 'admin-service',
};

async function countsOf(cell: Cell, { service, eventName, keyOf }: Traces): Promise<Map<string, number>> {
  const { rows } = await cell
    .service(service)
    .database.query<Counted>(
      `SELECT ${keyOf} AS key, count(*)::int AS count FROM domain_events WHERE event_name = $1 GROUP BY 1`,
      [eventName],
    );
  return new Map(rows.map(({ key, count }) => [key, count]));
}

/** Whose address was verified is in at both services. */
async function unverified(cell: Cell, { members }: PeopleFacts): Promise<string[]> {
  const ids = members.filter(({ verified }) => verified).map(({ userId }) => userId);
  const pending = (database: pg.Pool, table: string): Promise<pg.QueryResult<{ id: string }>> =>
    database.query<{ id: string }>(
      `SELECT asked.id FROM unnest($1::uuid[]) AS asked (id) WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${table}.id = asked.id AND status <> 'pending_verification')`,
      [ids],
    );
  const accounts = await pending(cell.service('identity-service').database, 'accounts');
  const users = await pending(cell.service('user-service').database, 'users');
  return [
    ...accounts.rows.map(({ id }) => `the account of ${id}, whose address was verified, is pending`),
    ...users.rows.map(({ id }) => `the user ${id}, whose address was verified, is pending`),
  ];
}

/** A refused password counts, although it is an error: once for each refusal, and not more often than it was tried. */
async function wrongFailures(cell: Cell, { wrongPasswords }: PeopleFacts): Promise<string[]> {
  const { rows } = await cell
    .service('identity-service')
    .database.query<Counted>(
      `SELECT aggregate_id AS key, count(*)::int AS count FROM domain_events WHERE event_name = 'identity.login_failed' GROUP BY 1`,
    );
  const counted = new Map(rows.map(({ key, count }) => [key, count]));
  return wrongPasswords.flatMap(({ userId, refused, tried }) => {
    const count = counted.get(userId) ?? 0;
    return count >= refused && count <= tried
      ? []
      : [`${userId} used a wrong password ${tried} times and was refused ${refused} times; ${count} failures are in the log`];
  });
}
