import { randomUUID } from 'node:crypto';
import { Api, at, claimsOf, itemsOf, People, textAt } from '@edtech/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformUnderTest, type PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
let api: Api;
let people: People;

beforeAll(async () => {
  platform = await platformUnderTest();
  api = new Api(platform.url);
  people = new People(api);
}, 60_000);
afterAll(() => platform.close());

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + 20_000; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`not seen within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const address = (name: string): string => `${name}.${randomUUID()}@example.org`;

test('1. a student registers, verifies the address, signs in, and is an active user', async () => {
  const { id: userId, token } = await people.register('student', address('ada'));
  expect(claimsOf(token)).toMatchObject({ sub: userId, role: 'student' });
  const me = await eventually('the active user', async () => {
    const answer = await api.call('GET', '/users/me', { token });
    return textAt(answer.body, 'status') === 'active' ? answer.body : undefined;
  });
  expect(textAt(me, 'id')).toBe(userId);
  const saga = `/ops/identity-service/sagas/identity-service.registration/${userId}`;
  const superadmin = await platform.superadmin();
  await eventually('the end of the registration', async () =>
    textAt((await api.call('GET', saga, { token: superadmin })).body, 'status') === 'completed' ? true : undefined,
  );
  expect(itemsOf((await api.call('GET', '/identity/sessions', { token })).body).map((session) => textAt(session, 'id'))).toEqual([
    claimsOf(token).sid,
  ]);
}, 60_000);

test('2. a tutor registers and has a draft profile', async () => {
  const { token } = await people.register('tutor', address('emmy'));
  await eventually('the draft', async () =>
    textAt((await api.call('GET', '/tutors/me', { token })).body, 'status') === 'draft' ? true : undefined,
  );
}, 60_000);

test('4. a student becomes a tutor: the session from before is over, the next login has the role', async () => {
  const email = address('grace');
  const { id: userId, token } = await people.register('student', email);
  await eventually('the active user', async () =>
    (await api.call('POST', '/users/me/become-tutor', { token, body: {} })).status === 200 ? true : undefined,
  );
  await eventually('the role in a new token', async () =>
    claimsOf(await people.login(email)).role === 'tutor' ? true : undefined,
  );
  const { rows } = await platform.databases.identity.query<{ n: string }>(
    `SELECT count(*) AS n FROM sessions WHERE user_id = $1 AND id = $2`,
    [userId, claimsOf(token).sid],
  );
  expect(Number(rows[0]?.n)).toBe(0);
}, 60_000);

test('an address that two services know belongs to one user, and a registration that comes to nothing gives it free', async () => {
  const email = address('rosa');
  const superadmin = await platform.superadmin();
  const person = { firstName: 'Rosa', lastName: 'Test', birthDate: '1990-01-01', locale: 'en', timezone: 'UTC' };
  const body = { ...person, email, password: 'Correct-Horse-7', role: 'student', termsVersion: '1' };
  const { status, body: registered } = await api.call('POST', '/identity/register', { body });
  expect(status).toBe(202);
  const userId = textAt(registered, 'userId');
  const user = `/users/${userId}`;
  await eventually('the pending user', async () =>
    (await api.call('GET', user, { token: superadmin })).status === 200 ? true : undefined,
  );
  expect(
    (await api.call('POST', '/users', { token: superadmin, body: { email, firstName: 'R', lastName: 'T', role: 'student' } }))
      .status,
  ).toBe(409);
  const timer = `/ops/identity-service/sagas/identity-service.registration/${userId}/timers/purge/fire`;
  await eventually('the purge', async () =>
    (await api.call('POST', timer, { token: superadmin, body: { reason: 'not to wait for 14 days' } })).status === 202
      ? true
      : undefined,
  );
  await eventually('the erased user', async () =>
    textAt((await api.call('GET', user, { token: superadmin })).body, 'status') === 'erased' ? true : undefined,
  );
  expect((await api.call('POST', '/identity/register', { body })).status).toBe(202);
  const health = await api.call('GET', '/health');
  expect(at(health.body, 'status')).toBe('up');
}, 60_000);
