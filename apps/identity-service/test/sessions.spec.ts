import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, person, registered, signedIn, userCreated, verified } from './people.ts';
import { runningIdentityService, type RunningIdentityService } from './running-identity-service.ts';
import { UserCreated } from '@edtech/contracts';

let service: RunningIdentityService;

beforeAll(async () => {
  service = await runningIdentityService();
});
afterAll(() => service.close());

const login = (email: string, password: string) => service.call('POST', '/identity/login', { email, password });
const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
/** When the sessions of a user were revoked, and why. */
const revocations = async (userId: string): Promise<{ at: number; reason: string }[]> =>
  (
    await service.query(
      `SELECT extract(epoch FROM occurred_at) * 1000 AS at, payload FROM domain_events WHERE aggregate_id = $1 AND event_name = 'identity.sessions_revoked' ORDER BY stream_version`,
      [userId],
    )
  ).map(({ at, payload }) => ({
    at: Number(at),
    reason: String(JSON.parse(String(payload)).reason),
  }));
const issuedAt = (accessToken: string): number => Math.round(Number(decodeJwt(accessToken).iat) * 1_000);

describe('a login that fails', () => {
  test('answers the same for an unknown address and a wrong password, locks the same, and counts under an Idempotency-Key too', async () => {
    const { email, userId } = await verified(service);
    const unknown = `nobody.${randomUUID()}@example.org`;
    for (let failure = 1; failure <= 3; failure++) {
      const answers = await Promise.all(
        [email, unknown].map((address) =>
          service.call(
            'POST',
            '/identity/login',
            { email: address, password: 'Wrong-Horse-7' },
            { 'idempotency-key': `login-${failure}-of-${address === email ? 'known' : 'unknown'}` },
          ),
        ),
      );
      const [known, other] = answers.map(({ status, body: { correlationId: _correlationId, ...body } }) => ({ status, body }));
      expect(known).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
      expect(other).toEqual(known);
    }
    for (const address of [email, unknown])
      expect(await login(address, PASSWORD)).toMatchObject({
        status: 423,
        body: { code: 'ACCOUNT_LOCKED', facts: { until: expect.any(String) } },
      });
    expect((await service.eventsOf(userId)).slice(-4)).toEqual([
      'identity.login_failed',
      'identity.login_failed',
      'identity.login_failed',
      'identity.account_locked',
    ]);
    await service.mails.mailTo(email, /locked/);
  });

  test('takes as long for an unknown address as for a wrong password', async () => {
    const { email } = await verified(service);
    const took = async (address: string): Promise<number> => {
      const startedAt = performance.now();
      await login(address, 'Wrong-Horse-7');
      return performance.now() - startedAt;
    };
    await took(`warm.${randomUUID()}@example.org`);
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 15; round++) {
      await service.query("UPDATE accounts SET failed_at = '{}', locked_until = NULL WHERE email = $1", [email]);
      known.push(await took(email));
      unknown.push(await took(`nobody.${randomUUID()}@example.org`));
    }
    const median = (times: number[]): number => times.toSorted((a, b) => a - b)[7] ?? 0;
    expect(Math.abs(median(known) - median(unknown))).toBeLessThan(0.35 * median(known));
  });

  test('30 wrong guesses and the right one at the same time: three count, and the right one tells nothing once it is locked', async () => {
    const { email, userId } = await verified(service);
    await Promise.all(Array.from({ length: 30 }, (_, guess) => login(email, `Wrong-Horse-${guess}`)));
    const failures = (await service.eventsOf(userId)).filter((name) => name === 'identity.login_failed');
    expect(failures).toHaveLength(3);
    expect((await login(email, PASSWORD)).status).toBe(423);
  });

  test('a new password opens a locked account', async () => {
    const { email } = await verified(service);
    for (let failure = 0; failure < 3; failure++) await login(email, 'Wrong-Horse-7');
    expect((await login(email, PASSWORD)).status).toBe(423);
    await service.call('POST', '/identity/forgot-password', { email });
    const { token } = await service.mails.mailTo(email, /new password/);
    expect((await service.call('POST', '/identity/reset-password', { token, password: 'Another-Horse-8' })).status).toBe(204);
    expect((await login(email, 'Another-Horse-8')).status).toBe(200);
    expect((await login(email, PASSWORD)).status).toBe(401);
  });
});

describe('a session', () => {
  test('is refreshed with a new token each time; a token that was exchanged before ends it and every token of the user', async () => {
    const { email, userId } = await verified(service);
    const first = await signedIn(service, email);
    const refresh = (refreshToken: string) => service.call('POST', '/identity/refresh', { refreshToken });
    const second = await refresh(first.refreshToken);
    expect(second).toMatchObject({ status: 200, body: { expiresIn: 3_600 } });
    expect(second.body['refreshToken']).not.toBe(first.refreshToken);
    expect(decodeJwt(String(second.body['accessToken'])).sid).toBe(decodeJwt(first.accessToken).sid);
    expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: 'TOKEN_REUSED' } });
    expect(await refresh(String(second.body['refreshToken']))).toMatchObject({ status: 401, body: { code: 'SESSION_ENDED' } });
    const [revoked] = await revocations(userId);
    expect(revoked?.reason).toBe('token_reused');
    expect(issuedAt(String(second.body['accessToken']))).toBeLessThanOrEqual(revoked?.at ?? 0);
    expect(issuedAt((await signedIn(service, email)).accessToken)).toBeGreaterThan(revoked?.at ?? Infinity);
  });

  test('of two exchanges of one token at the same time one is a reuse', async () => {
    const { email } = await verified(service);
    const { refreshToken } = await signedIn(service, email);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => service.call('POST', '/identity/refresh', { refreshToken })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'TOKEN_REUSED')).toHaveLength(1);
  });

  test('ends by logging out, and a second time nothing happens', async () => {
    const { email } = await verified(service);
    const { refreshToken } = await signedIn(service, email);
    for (let time = 0; time < 2; time++)
      expect((await service.call('POST', '/identity/logout', { refreshToken })).status).toBe(204);
    expect((await service.call('POST', '/identity/refresh', { refreshToken })).status).toBe(401);
  });

  test('is listed for its owner, who may end it; somebody else finds none', async () => {
    const [ada, eve] = [await verified(service), await verified(service)];
    const tokens = await signedIn(service, ada.email);
    const other = await signedIn(service, eve.email);
    const list = await service.call('GET', '/identity/sessions', undefined, bearer(tokens.accessToken));
    expect(list).toMatchObject({ status: 200, body: { items: [{ id: expect.any(String), createdAt: expect.any(String) }] } });
    const path = `/identity/sessions/${String(decodeJwt(tokens.accessToken)['sid'])}`;
    expect((await service.call('DELETE', path)).status).toBe(401);
    expect((await service.call('DELETE', path, undefined, bearer(other.accessToken))).status).toBe(404);
    expect((await service.call('DELETE', path, undefined, bearer(tokens.accessToken))).status).toBe(204);
    expect((await service.call('POST', '/identity/refresh', { refreshToken: tokens.refreshToken })).status).toBe(401);
  });

  test('all end with a new password, and the login right after counts', async () => {
    const { email, userId } = await verified(service);
    const before = await signedIn(service, email);
    expect((await service.call('POST', '/identity/forgot-password', { email: `x${email}` })).status).toBe(202);
    await service.call('POST', '/identity/forgot-password', { email });
    const { token } = await service.mails.mailTo(email, /new password/);
    expect(await service.call('POST', '/identity/reset-password', { token, password: 'weak' })).toMatchObject({
      status: 400,
      body: { code: 'WEAK_PASSWORD' },
    });
    const reset = () => service.call('POST', '/identity/reset-password', { token, password: 'Another-Horse-8' });
    const statuses = (await Promise.all([reset(), reset(), reset()])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([204, 410, 410]);
    expect((await reset()).status).toBe(410);
    const after = await signedIn(service, email, 'Another-Horse-8');
    expect((await service.call('POST', '/identity/refresh', { refreshToken: before.refreshToken })).status).toBe(401);
    const [revoked] = await revocations(userId);
    expect(revoked?.reason).toBe('password_changed');
    expect(issuedAt(before.accessToken)).toBeLessThanOrEqual(revoked?.at ?? 0);
    expect(issuedAt(after.accessToken)).toBeGreaterThan(revoked?.at ?? Infinity);
    await service.mails.mailTo(email, /was changed/);
  });
});

describe('somebody whom an administrator created', () => {
  test('is invited, chooses a password, and has the role from the start', async () => {
    const [userId, email] = [randomUUID(), `emmy.${randomUUID()}@example.org`];
    await service.receive(UserCreated, userId, 1, userCreated(userId, email, 'tutor'));
    await service.receive(UserCreated, userId, 1, userCreated(userId, email, 'tutor'));
    const { token } = await service.mails.mailTo(email, /account was made/);
    expect((await login(email, PASSWORD)).status).toBe(401);
    expect((await service.call('POST', '/identity/reset-password', { token, password: PASSWORD })).status).toBe(204);
    expect(decodeJwt((await signedIn(service, email)).accessToken)).toMatchObject({ sub: userId, role: 'tutor' });
    expect(await service.eventsOf(userId)).toEqual([
      'identity.invited',
      'identity.user_confirmed',
      'identity.login_failed',
      'identity.email_verified',
      'identity.password_changed',
      'identity.sessions_revoked',
    ]);
  });

  test('takes the address over from a registration that user-service has not confirmed', async () => {
    const body = person();
    const pending = await registered(service, body);
    const userId = randomUUID();
    await service.receive(UserCreated, userId, 1, userCreated(userId, body.email, 'student'));
    expect(await service.eventsOf(pending)).toContain('identity.registration_cancelled');
    expect(await service.eventsOf(userId)).toContain('identity.invited');
  });
});
