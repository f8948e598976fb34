import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeJwt } from 'jose';
import { PASSWORD, person, registered, verified } from './people.ts';
import { runningIdentityService, type RunningIdentityService } from './running-identity-service.ts';

let service: RunningIdentityService;

beforeAll(async () => {
  service = await runningIdentityService();
});
afterAll(() => service.close());

const count = async (name: string): Promise<number> =>
  Number((await service.query('SELECT count(*) AS n FROM domain_events WHERE event_name = $1', [name]))[0]?.['n']);

describe('an adult', () => {
  test('registers, verifies the address with the link in the mail, and signs in', async () => {
    const body = person();
    const answer = await service.call('POST', '/identity/register', body);
    expect(answer).toMatchObject({ status: 202, body: { status: 'pending_verification' } });
    const userId = String(answer.body['userId']);
    expect(await service.call('POST', '/identity/login', { email: body.email, password: PASSWORD })).toMatchObject({
      status: 403,
      body: { code: 'NOT_VERIFIED' },
    });
    const { token } = await service.mails.mailTo(body.email, /confirm/);
    expect(await service.call('POST', '/identity/verify-email', { token })).toMatchObject({
      status: 200,
      body: { status: 'active' },
    });
    const login = await service.call('POST', '/identity/login', { email: body.email.toUpperCase(), password: PASSWORD });
    expect(login).toMatchObject({ status: 200, body: { expiresIn: 3_600 } });
    const claims = decodeJwt(String(login.body['accessToken']));
    expect(claims).toMatchObject({
      iss: 'https://identity.test',
      aud: 'edtech',
      sub: userId,
      role: 'student',
      duties: [],
      tutor_verified: false,
      token_use: 'access',
      sid: expect.any(String),
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(3_600);
    expect(await service.eventsOf(userId)).toEqual(['identity.registered', 'identity.email_verified']);
  });

  test('uses a link once; what was never given out, used, or is too old is gone', async () => {
    const body = person();
    await registered(service, body);
    const { token } = await service.mails.mailTo(body.email, /confirm/);
    expect((await service.call('POST', '/identity/verify-email', { token })).status).toBe(200);
    for (const other of [token, 'made-up']) {
      expect(await service.call('POST', '/identity/verify-email', { token: other })).toMatchObject({
        status: 410,
        body: { code: 'TOKEN_EXPIRED' },
      });
    }
    const late = person();
    await registered(service, late);
    const { token: old } = await service.mails.mailTo(late.email, /confirm/);
    await service.query("UPDATE mail_tokens SET expires_at = now() - interval '1 second'");
    expect((await service.call('POST', '/identity/verify-email', { token: old })).status).toBe(410);
  });

  test('secrets of mails and sessions are nowhere to be read in the database', async () => {
    const { email } = await verified(service);
    const login = await service.call(
      'POST',
      '/identity/login',
      { email, password: PASSWORD },
      { 'idempotency-key': randomUUID() },
    );
    const { token } = await service.mails.mailTo(email, /confirm/);
    const tables = ['accounts', 'credentials', 'mail_tokens', 'sessions', 'domain_events', 'idempotency_keys', 'saga_instances'];
    const known = await service.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    for (const table of known.map((row) => String(row['tablename']))) {
      const text = JSON.stringify(await service.query(`SELECT * FROM "${table}"`));
      for (const secret of [PASSWORD, token, login.body['refreshToken'], login.body['accessToken']])
        expect(text.includes(String(secret)), table).toBe(false);
    }
    expect(known.map((row) => row['tablename'])).toEqual(expect.arrayContaining(tables.slice(0, 6)));
  });

  test('gets the mail again on demand; an unknown address gets the same answer and no mail', async () => {
    const body = person();
    await registered(service, body);
    const first = await service.mails.mailTo(body.email, /confirm/);
    expect((await service.call('POST', '/identity/resend-verification', { email: body.email })).status).toBe(202);
    expect((await service.call('POST', '/identity/resend-verification', { email: `x${body.email}` })).status).toBe(202);
    const second = await service.mails.mailTo(body.email, /confirm/, 2);
    expect(second.token).not.toBe(first.token);
    expect((await service.call('POST', '/identity/verify-email', { token: first.token })).status).toBe(200);
    expect((await service.call('POST', '/identity/verify-email', { token: second.token })).status).toBe(410);
  });
});

describe('G10 a registration', () => {
  test('knows no other role and no status, nor any field that is not named', async () => {
    for (const more of [
      { role: 'admin' },
      { role: 'superadmin' },
      { status: 'active' },
      { userId: randomUUID() },
      { duties: ['support'] },
      { isMinor: false },
      { tutorVerified: true },
    ]) {
      const body = { ...person(), ...more };
      expect(await service.call('POST', '/identity/register', body)).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
      expect(await service.query('SELECT 1 FROM accounts WHERE email = $1', [body.email])).toEqual([]);
    }
  });

  test('needs a password that nobody guesses at once', async () => {
    for (const password of ['Short1', 'nouppercase1', 'NOLOWERCASE1', 'NoDigitsHere', `Aa1${'x'.repeat(200)}`])
      expect(await service.call('POST', '/identity/register', { ...person(), password })).toMatchObject({
        status: 400,
        body: { code: 'WEAK_PASSWORD' },
      });
  });

  test('50 of one address at the same time: one account, one event', async () => {
    const before = await count('identity.registered');
    const body = person();
    const spellings = [body.email, body.email.toUpperCase(), ` ${body.email}`];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        service.call('POST', '/identity/register', { ...body, email: spellings[index % spellings.length] }),
      ),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status, body: { code } }) => status === 409 && code === 'EMAIL_TAKEN')).toHaveLength(49);
    expect(await count('identity.registered')).toBe(before + 1);
    expect(
      await service.query(
        'SELECT count(*)::int AS n FROM credentials c WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = c.user_id)',
      ),
    ).toEqual([{ n: 0 }]);
  });
});

describe('a minor', () => {
  const birthDate = `${new Date().getUTCFullYear() - 12}-01-15`;

  test('is no tutor, and needs the address of a guardian that is not the own one', async () => {
    const body = { ...person(), birthDate };
    expect(
      await service.call('POST', '/identity/register', { ...body, role: 'tutor', guardianEmail: 'g@example.org' }),
    ).toMatchObject({
      status: 422,
      body: { code: 'MINOR_CANNOT_TEACH' },
    });
    for (const more of [{}, { guardianEmail: body.email.toUpperCase() }])
      expect(await service.call('POST', '/identity/register', { ...body, ...more })).toMatchObject({
        status: 422,
        body: { code: 'GUARDIAN_REQUIRED' },
      });
  });

  test('signs in once the guardian has consented, who is asked after the address is verified', async () => {
    const guardianEmail = `guardian.${randomUUID()}@example.org`;
    const body = { ...person(), birthDate, guardianEmail };
    const userId = await registered(service, body);
    const { token } = await service.mails.mailTo(body.email, /confirm/);
    expect(service.mails.mails.some(({ to }) => to === guardianEmail)).toBe(false);
    expect((await service.call('POST', '/identity/verify-email', { token })).body).toEqual({ status: 'awaiting_guardian' });
    expect(await service.call('POST', '/identity/login', { email: body.email, password: PASSWORD })).toMatchObject({
      status: 403,
      body: { code: 'NOT_VERIFIED' },
    });
    const { token: question } = await service.mails.mailTo(guardianEmail, /consent/);
    const decide = (decision: string) => service.call('POST', '/identity/guardian-consent', { token: question, decision });
    expect((await decide('granted')).status).toBe(200);
    expect(await decide('declined')).toMatchObject({ status: 409, body: { code: 'ALREADY_DECIDED' } });
    expect((await service.call('POST', '/identity/login', { email: body.email, password: PASSWORD })).status).toBe(200);
    expect(await service.eventsOf(userId)).toEqual([
      'identity.registered',
      'identity.email_verified',
      'identity.guardian_consent_requested',
      'identity.guardian_consent_granted',
    ]);
    expect(await service.query('SELECT 1 FROM guardians WHERE user_id = $1', [userId])).toEqual([]);
  });

  test('whose guardian declines has no account any more, and the address is free', async () => {
    const guardianEmail = `guardian.${randomUUID()}@example.org`;
    const body = { ...person(), birthDate, guardianEmail };
    const userId = await registered(service, body);
    const { token } = await service.mails.mailTo(body.email, /confirm/);
    await service.call('POST', '/identity/verify-email', { token });
    const { token: question } = await service.mails.mailTo(guardianEmail, /consent/);
    await service.call('POST', '/identity/guardian-consent', { token: question, decision: 'declined' });
    await expect.poll(() => service.eventsOf(userId), { timeout: 10_000 }).toContain('identity.registration_cancelled');
    expect((await service.call('POST', '/identity/register', body)).status).toBe(202);
  });
});
