import type pg from 'pg';
import type { Cell } from '../../cell/cell.ts';
import type { PeopleFacts } from '../../workload/people/member.ts';

interface UserRow {
  readonly id: string;
  readonly role: string;
  readonly status: string;
  readonly tutor_verified: boolean;
  /** As the log of user-service says. */
  readonly newest_role: string;
}

interface AccountRow {
  readonly id: string;
  readonly role: string;
  readonly duties: readonly string[];
  readonly disabled: boolean;
  readonly tutor_verified: boolean;
}

interface AdminRow {
  readonly id: string;
  readonly status: string;
  readonly duties: readonly string[];
}

interface TutorRow {
  readonly id: string;
  readonly role: string;
  readonly status: string;
  readonly badge: boolean | null;
}

const USERS = `
SELECT id::text, role, status, tutor_verified, (
  SELECT coalesce(payload::jsonb ->> 'newRole', payload::jsonb ->> 'role') FROM domain_events
  WHERE aggregate_type = 'User' AND aggregate_id = users.id::text AND event_name IN ('user.created', 'user.role_changed')
  ORDER BY stream_version DESC LIMIT 1) AS newest_role
FROM users`;
const ACCOUNTS = `
SELECT accounts.id::text, accounts.role, accounts.duties, accounts.disabled, coalesce(cards.tutor_verified, false) AS tutor_verified
FROM accounts LEFT JOIN user_cards cards ON cards.user_id = accounts.id`;
const TUTORS = `
SELECT user_id AS id, role, status, verification = 'verified' AND suspension IS NULL AS badge
FROM user_cards LEFT JOIN tutor_profiles ON tutor_profiles.id = user_cards.user_id`;

/** I6 across services: what each of them keeps of a user is what user-service says, and that is what was acknowledged last. */
export async function differencesBetweenServices(cell: Cell, facts: PeopleFacts): Promise<string[]> {
  const users = await byId<UserRow>(cell, 'user-service', USERS);
  const accounts = await byId<AccountRow>(cell, 'identity-service', ACCOUNTS);
  const admins = await byId<AdminRow>(cell, 'admin-service', 'SELECT id::text, status, duties FROM admin_users');
  const tutors = await byId<TutorRow>(cell, 'tutor-service', TUTORS);
  const found: string[] = [];
  const compare = (what: string, actual: unknown, expected: unknown): void => {
    if (JSON.stringify(actual) !== JSON.stringify(expected))
      found.push(`${what} is ${JSON.stringify(actual)}; expected ${JSON.stringify(expected)}`);
  };
  for (const user of users.values()) {
    const { id } = user;
    const [account, admin, tutor] = [accounts.get(id), admins.get(id), tutors.get(id)];
    const duties = admin?.status === 'active' ? sorted(admin.duties) : [];
    compare(`the role of ${id}`, user.role, user.newest_role);
    compare(`the role of the account of ${id}`, account?.role, user.role);
    compare(`whether the account of ${id} is disabled`, account?.disabled, user.status === 'suspended');
    compare(`whether ${id} is an administrator at admin-service`, admin?.status === 'active', user.role === 'admin');
    compare(`the duties of the account of ${id}`, sorted(account?.duties), duties);
    compare(`the role of ${id} at tutor-service`, tutor?.role, user.role);
    compare(`the status of ${id} at tutor-service`, tutor?.status, user.status);
    compare(`the badge of ${id}`, user.tutor_verified, tutor?.badge ?? false);
    compare(`the badge of the account of ${id}`, account?.tutor_verified, user.tutor_verified);
  }
  for (const { userId, role, status, duties } of facts.members) {
    if (role !== undefined) compare(`the role of ${userId} that was acknowledged`, users.get(userId)?.role, role);
    if (status === 'suspended') compare(`the status of ${userId} that was acknowledged`, users.get(userId)?.status, status);
    if (role === 'admin' && duties !== undefined)
      compare(`the duties of ${userId} that were acknowledged`, sorted(admins.get(userId)?.duties), sorted(duties));
  }
  return [...found, ...(await undecided(cell, facts))];
}

const OUTCOMES = { approved: 'verified', rejected: 'rejected', info_requested: 'info_requested' } as const;

/** What was decided about a submission is what became of the profile. */
async function undecided(cell: Cell, { decisions }: PeopleFacts): Promise<string[]> {
  const { rows: cases } = await cell
    .service('admin-service')
    .database.query<{ id: string; tutor_id: string; status: string }>(
      'SELECT id::text, tutor_id::text, status FROM verification_cases',
    );
  const profiles = await byId<{ id: string; verification: string }>(
    cell,
    'tutor-service',
    'SELECT id, verification FROM tutor_profiles',
  );
  const known = new Map(cases.map((one) => [one.id, one]));
  return decisions.flatMap(({ caseId, decision }) => {
    const one = known.get(caseId);
    const profile = profiles.get(one?.tutor_id ?? '');
    return one?.status === decision && profile?.verification === OUTCOMES[decision]
      ? []
      : [`the case ${caseId} was decided as ${decision} and is ${one?.status}; its profile is ${profile?.verification}`];
  });
}

async function byId<R extends pg.QueryResultRow & { readonly id: string }>(
  cell: Cell,
  service: string,
  text: string,
): Promise<Map<string, R>> {
  const { rows } = await cell.service(service).database.query<R>(text);
  return new Map(rows.map((row) => [row.id, row]));
}

function sorted(names: readonly string[] = []): readonly string[] {
  return names.toSorted();
}
