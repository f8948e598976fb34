import type { Cell } from '../../cell/cell.ts';
import type { PeopleFacts } from '../../workload/people/member.ts';

/** Reasons for which every session of a user ends. */
const ENDING_ALL = ['role_changed', 'duties_lost', 'suspended', 'password_changed'];

/** Sessions last until they are ended, and not longer; every service knows of every revocation. */
export async function brokenSessions(cell: Cell, facts: PeopleFacts): Promise<string[]> {
  const { database } = cell.service('identity-service');
  const { rows } = await database.query<{ id: string }>('SELECT id::text FROM sessions');
  const open = new Set(rows.map(({ id }) => id));
  const disturbed = new Set(facts.members.filter((member) => member.disturbed).map(({ userId }) => userId));
  const left = new Set(facts.logouts.map(({ sessionId }) => sessionId));
  const lost = facts.logins
    .filter(({ userId, sessionId }) => !disturbed.has(userId) && !left.has(sessionId) && !open.has(sessionId))
    .map(({ userId, sessionId }) => `the session ${sessionId} of ${userId} is gone, and nobody has ended it`);
  const kept = facts.logouts
    .filter(({ sessionId, acknowledged }) => acknowledged && open.has(sessionId))
    .map(({ sessionId }) => `the session ${sessionId} is there, although its owner has ended it`);
  const { rows: revived } = await database.query<{ line: string }>(
    `SELECT 'the session ' || sessions.id || ' of ' || sessions.user_id || ' is older than the revocation for ' || (payload::jsonb ->> 'reason') AS line
     FROM sessions JOIN domain_events ON event_name = 'identity.sessions_revoked' AND aggregate_id = sessions.user_id::text
     WHERE payload::jsonb ->> 'reason' = ANY($1) AND sessions.created_at < domain_events.occurred_at`,
    [ENDING_ALL],
  );
  return [...lost, ...kept, ...revived.map(({ line }) => line), ...(await unknownRevocations(cell))];
}

async function unknownRevocations(cell: Cell): Promise<string[]> {
  const { rows } = await cell.service('identity-service').database.query<{ user_id: string; at: Date }>(
    `SELECT payload::jsonb ->> 'userId' AS user_id, max(occurred_at) AS at FROM domain_events
     WHERE event_name = 'identity.sessions_revoked' GROUP BY 1`,
  );
  const unknown: string[] = [];
  for (const { name, database } of cell.services.values()) {
    const { rows: known } = await database.query<{ user_id: string; not_before: Date }>(
      'SELECT user_id, not_before FROM revoked_tokens',
    );
    const notBefore = new Map(known.map((row) => [row.user_id, row.not_before.getTime()]));
    for (const { user_id: userId, at } of rows) {
      if (notBefore.get(userId) !== at.getTime())
        unknown.push(`${name} does not know the newest revocation of the tokens of ${userId}`);
    }
  }
  return unknown;
}
