import { randomUUID } from 'node:crypto';
import {
  AdminDeactivated,
  AdminDutiesChanged,
  TutorReinstated,
  TutorSuspended,
  TutorVerified,
  UserCreated,
  UserCreationFailed,
  UserErasureRequested,
  UserReactivated,
  UserRoleChanged,
  UserSuspended,
} from '@edtech/contracts';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, person, registered, signedIn, userCreated, verified } from './people.ts';
import { runningIdentityService, type RunningIdentityService } from './running-identity-service.ts';

let service: RunningIdentityService;

beforeAll(async () => {
  service = await runningIdentityService();
});
afterAll(() => service.close());

const claimsOf = async (email: string) => decodeJwt((await signedIn(service, email)).accessToken);
const changed = (userId: string, version: number, oldRole: UserRoleChanged['oldRole'], newRole: UserRoleChanged['newRole']) =>
  service.receive(UserRoleChanged, userId, version, { userId, oldRole, newRole });
const reasons = async (userId: string): Promise<string[]> =>
  (
    await service.query(
      `SELECT payload FROM domain_events WHERE aggregate_id = $1 AND event_name = 'identity.sessions_revoked' ORDER BY stream_version`,
      [userId],
    )
  ).map(({ payload }) => String(JSON.parse(String(payload)).reason));

describe('G20 the role claim', () => {
  test('follows the user: the sessions from before end, the next login has the role', async () => {
    const { userId, email } = await verified(service);
    const { refreshToken } = await signedIn(service, email);
    await changed(userId, 3, 'student', 'tutor');
    expect((await service.call('POST', '/identity/refresh', { refreshToken })).status).toBe(401);
    expect((await claimsOf(email)).role).toBe('tutor');
    expect(await reasons(userId)).toEqual(['role_changed']);
    await changed(userId, 3, 'student', 'tutor');
    expect(await reasons(userId)).toEqual(['role_changed']);
  });

  test('ends as the newest event says, in whatever order they come', async () => {
    for (const order of [
      [3, 4, 5],
      [5, 4, 3],
      [4, 5, 3],
    ]) {
      const { userId, email } = await verified(service);
      const roles = ['', '', '', 'student', 'tutor', 'student', 'admin'] as const;
      for (const version of order) {
        const [oldRole, newRole] = [roles[version] || 'student', roles[version + 1] || 'student'];
        await changed(userId, version, oldRole, newRole);
      }
      expect((await claimsOf(email)).role).toBe('admin');
    }
  });
});

describe('the duties claim', () => {
  test('is what admin-service says while the user is an administrator; duties that are lost end the sessions, gained ones do not', async () => {
    const { userId, email } = await verified(service);
    const duties = (version: number, list: AdminDutiesChanged['duties']) =>
      service.receive(AdminDutiesChanged, userId, version, { userId, duties: list });
    await duties(2, ['support']);
    expect((await claimsOf(email)).duties).toEqual([]);
    await changed(userId, 3, 'student', 'admin');
    expect(await claimsOf(email)).toMatchObject({ role: 'admin', duties: ['support'] });
    await duties(3, ['support', 'finance']);
    expect((await claimsOf(email)).duties).toEqual(['support', 'finance']);
    expect(await reasons(userId)).toEqual(['role_changed']);
    await duties(4, ['finance']);
    expect(await reasons(userId)).toEqual(['role_changed', 'duties_lost']);
    await service.receive(AdminDeactivated, userId, 6, { userId, reason: 'role_changed' });
    await duties(5, ['support', 'finance']);
    expect((await claimsOf(email)).duties).toEqual([]);
    expect(await reasons(userId)).toEqual(['role_changed', 'duties_lost', 'duties_lost']);
  });

  test('is empty at once for whoever steps down, before admin-service has heard of it', async () => {
    const { userId, email } = await verified(service);
    await changed(userId, 3, 'student', 'admin');
    await service.receive(AdminDutiesChanged, userId, 2, { userId, duties: ['support'] });
    await changed(userId, 4, 'admin', 'student');
    expect(await claimsOf(email)).toMatchObject({ role: 'student', duties: [] });
  });
});

describe('tutor_verified', () => {
  test('follows the newest standing of the tutor', async () => {
    const { userId, email } = await verified(service, 'tutor');
    const suspended = { tutorId: userId, userId, reason: 'abuse' };
    const verifiedAt = '2026-11-02T10:00:00.000Z';
    await service.receive(TutorVerified, userId, 4, { tutorId: userId, userId, verifiedBy: userId, verifiedAt, subjects: [] });
    expect((await claimsOf(email)).tutor_verified).toBe(true);
    await service.receive(TutorSuspended, userId, 6, suspended);
    await service.receive(TutorReinstated, userId, 5, suspended);
    expect((await claimsOf(email)).tutor_verified).toBe(false);
    await service.receive(TutorReinstated, userId, 7, suspended);
    expect((await claimsOf(email)).tutor_verified).toBe(true);
  });
});

describe('a suspended user', () => {
  test('loses all sessions and cannot sign in until reactivated', async () => {
    const { userId, email } = await verified(service);
    const { refreshToken } = await signedIn(service, email);
    await service.receive(UserSuspended, userId, 3, { userId, reason: 'abuse' });
    expect(await service.call('POST', '/identity/login', { email, password: PASSWORD })).toMatchObject({
      status: 403,
      body: { code: 'ACCOUNT_DISABLED' },
    });
    expect((await service.call('POST', '/identity/refresh', { refreshToken })).status).toBe(401);
    await service.receive(UserReactivated, userId, 4, { userId });
    await service.receive(UserSuspended, userId, 3, { userId, reason: 'abuse' });
    expect((await claimsOf(email)).sub).toBe(userId);
    expect((await service.eventsOf(userId)).slice(-3)).toEqual([
      'identity.account_disabled',
      'identity.sessions_revoked',
      'identity.account_enabled',
    ]);
  });
});

describe('an erased user', () => {
  test('is forgotten, with everything that names the address, and it is confirmed once', async () => {
    const { userId, email } = await verified(service);
    await signedIn(service, email);
    for (let time = 0; time < 2; time++)
      await service.receive(UserErasureRequested, userId, 3, { userId, dueAt: '2026-12-01T00:00:00.000Z' });
    await service.receive(UserCreated, userId, 1, userCreated(userId, email));
    await service.receive(UserRoleChanged, userId, 2, { userId, oldRole: 'student', newRole: 'tutor' });
    expect((await service.call('POST', '/identity/login', { email, password: PASSWORD })).status).toBe(401);
    for (const table of ['accounts', 'credentials', 'sessions', 'mail_tokens', 'user_cards', 'guardians', 'strangers']) {
      const rows = JSON.stringify(await service.query(`SELECT * FROM ${table}`));
      expect(rows.includes(email), table).toBe(false);
      if (!['user_cards', 'strangers'].includes(table)) expect(rows.includes(userId), table).toBe(false);
    }
    const confirmed = await service.query(
      "SELECT 1 FROM domain_events WHERE event_name = 'identity.erasure_confirmed' AND aggregate_id = $1",
      [userId],
    );
    expect(confirmed).toHaveLength(1);
    expect((await reasons(userId)).at(-1)).toBe('erased');
    expect((await service.call('POST', '/identity/register', { ...person(), email })).status).toBe(202);
  });

  test('is confirmed also when there never was an account', async () => {
    const userId = randomUUID();
    await service.receive(UserErasureRequested, userId, 3, { userId, dueAt: '2026-12-01T00:00:00.000Z' });
    expect(
      await service.query("SELECT 1 FROM domain_events WHERE event_name = 'identity.erasure_confirmed' AND aggregate_id = $1", [
        userId,
      ]),
    ).toHaveLength(1);
  });
});

describe('a registration that user-service refuses', () => {
  test('is cancelled and gives its address free', async () => {
    const body = person();
    const userId = await registered(service, body);
    await service.receive(UserCreationFailed, userId, 1, { userId, reason: 'EMAIL_TAKEN' });
    await service.receive(UserCreationFailed, userId, 1, { userId, reason: 'EMAIL_TAKEN' });
    expect(await service.eventsOf(userId)).toEqual(['identity.registered', 'identity.registration_cancelled']);
    expect(await service.call('POST', '/identity/login', { email: body.email, password: PASSWORD })).toMatchObject({
      status: 401,
    });
    expect((await service.call('POST', '/identity/register', body)).status).toBe(202);
  });
});

describe('an access token', () => {
  test('is never issued with claims that were revoked before it, nor older than the revocation that it follows', async () => {
    const { userId, email } = await verified(service);
    const tokens: string[] = [];
    const roles = ['student', 'tutor'] as const;
    const logins = Array.from({ length: 12 }, async () => {
      tokens.push((await signedIn(service, email)).accessToken);
    });
    for (let version = 3; version < 9; version++)
      await changed(userId, version, roles[(version + 1) % 2] ?? 'student', roles[version % 2] ?? 'tutor');
    await Promise.all(logins);
    const revocations = (
      await service.query(
        `SELECT extract(epoch FROM occurred_at) * 1000 AS at FROM domain_events WHERE aggregate_id = $1 AND event_name = 'identity.sessions_revoked' ORDER BY stream_version`,
        [userId],
      )
    ).map((row) => Number(row['at']));
    const changes = (
      await service.query(
        `SELECT extract(epoch FROM occurred_at) * 1000 AS at, payload FROM domain_events WHERE aggregate_id = $1 AND event_name = 'identity.role_claim_changed' ORDER BY stream_version`,
        [userId],
      )
    ).map((row) => ({ at: Number(row['at']), role: JSON.parse(String(row['payload'])).role }));
    expect(revocations).toHaveLength(6);
    for (const token of tokens) {
      const { iat, role } = decodeJwt(token);
      const issued = Math.round(Number(iat) * 1_000);
      const known = changes.filter(({ at }) => at < issued).at(-1)?.role ?? 'student';
      expect(role).toBe(known);
    }
  });
});
