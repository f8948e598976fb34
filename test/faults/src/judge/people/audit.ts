import { contracts } from '@edtech/contracts';
import type { Cell } from '../../cell/cell.ts';
import { eventually } from '../../workload/people/doors.ts';

interface Judged {
  /** Events of the services that the audit has not heard of. */
  readonly lost: string[];
  /** Entries for which no service has an event. */
  readonly invented: string[];
  readonly flaws: string[];
  readonly audited: number;
}

const AUDITED = contracts.filter(({ scope }) => scope === 'integration').map(({ name }) => name);

/** The audit holds every event that leaves a service, once, and its chain is whole. */
export async function judgeAudit(cell: Cell, superadmin: string): Promise<Judged> {
  const recorded = await eventsOf(cell);
  // What was recorded just now may be on its way: see the denials of access.
  const entries = await untilAllAreIn(cell, recorded);
  const known = await eventsOf(cell);
  return {
    lost: [...recorded].filter(([id]) => !entries.has(id)).map(([id, what]) => `${what} ${id} was not audited`),
    invented: [...entries].filter(([id]) => !known.has(id)).map(([id, what]) => `${what} ${id} was audited and is in no log`),
    flaws: await flawsOf(cell, superadmin),
    audited: entries.size,
  };
}

/** Id -> name. */
type Events = ReadonlyMap<string, string>;

async function eventsOf(cell: Cell): Promise<Events> {
  const events = new Map<string, string>();
  for (const { name, database } of cell.services.values()) {
    const { rows } = await database.query<{ id: string; event_name: string }>(
      'SELECT event_id::text AS id, event_name FROM domain_events WHERE event_name = ANY($1)',
      [AUDITED],
    );
    for (const { id, event_name: eventName } of rows) events.set(id, `${name}: ${eventName}`);
  }
  return events;
}

async function untilAllAreIn(cell: Cell, recorded: Events): Promise<Events> {
  let entries = await entriesOf(cell);
  for (let looks = 0; looks < 20 && [...recorded.keys()].some((id) => !entries.has(id)); looks++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    entries = await entriesOf(cell);
  }
  return entries;
}

async function entriesOf(cell: Cell): Promise<Events> {
  const { rows } = await cell
    .service('admin-service')
    .database.query<{ id: string; what: string }>(
      `SELECT event_id::text AS id, source || ': ' || event_name AS what FROM audit_entries`,
    );
  return new Map(rows.map(({ id, what }) => [id, what]));
}

/** What admin-service says of the chain when a superadmin asks. */
async function flawsOf(cell: Cell, superadmin: string): Promise<string[]> {
  const [url = ''] = cell.service('admin-service').urls;
  const verdict = await eventually(async () => {
    const headers = { authorization: `Bearer ${superadmin}` };
    const answer = await fetch(`${url}/admin/audit/verify`, { headers }).catch(() => undefined);
    return answer?.status === 200 ? answer.text() : undefined;
  });
  if (verdict === undefined) return ['nobody says whether the chain is whole'];
  return verdict.includes('"ok":true') ? [] : [verdict];
}
