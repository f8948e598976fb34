import { randomUUID } from 'node:crypto';
import { Api, at, claimsOf, itemsOf, listAt, mailedTo, PASSWORD, People, textAt, tokenIn } from '@edtech/platform';
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

test('1. a student registers, verifies the address by the mailed link, signs in, and is an active user', async () => {
  const email = address('ada');
  const registered = await people.apply('student', email);
  expect(registered).toMatchObject({ status: 202, body: { status: 'pending_verification' } });
  const login = { body: { email, password: PASSWORD } };
  expect(await api.call('POST', '/identity/login', login)).toMatchObject({ status: 403, body: { code: 'NOT_VERIFIED' } });
  const link = { body: { token: await eventually('the mail', async () => tokenIn(await mailedTo(api, email, /confirm/))) } };
  expect(await api.call('POST', '/identity/verify-email', link)).toMatchObject({ status: 200, body: { status: 'active' } });
  expect((await api.call('POST', '/identity/verify-email', link)).status).toBe(410);
  const userId = textAt(registered.body, 'userId');
  const token = await people.login(email);
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

test('2. a tutor registers and has a draft profile; the onboarding does what is due after an hour and after a day', async () => {
  const { id, token } = await people.register('tutor', address('emmy'));
  await eventually('the draft', async () =>
    textAt((await api.call('GET', '/tutors/me', { token })).body, 'status') === 'draft' ? true : undefined,
  );
  const superadmin = await platform.superadmin();
  const saga = `/ops/tutor-service/sagas/tutor-service.onboarding/${id}`;
  const done = await eventually('the end of the onboarding', async () => {
    const { body } = await api.call('GET', saga, { token: superadmin });
    return textAt(body, 'status') === 'completed' ? body : undefined;
  });
  expect(listAt(done, 'steps').map((step) => textAt(step, 'command'))).toEqual([
    'tutor-service.send-welcome-email',
    'tutor-service.initialize-tutor-dashboard',
    'tutor-service.send-onboarding-tips',
  ]);
}, 60_000);

test('4. a student becomes a tutor: the token from before opens no door any more, the next one has the role', async () => {
  const doors = ['/identity/sessions', '/users/me', '/tutors/me', '/admin/audit', '/payments/me/history'];
  const statuses = (token: string): Promise<number[]> =>
    Promise.all(doors.map(async (path) => (await api.call('GET', path, { token })).status));
  const email = address('grace');
  const { id: userId, token } = await people.register('student', email);
  await eventually('the active user', async () =>
    textAt((await api.call('GET', '/users/me', { token })).body, 'status') === 'active' ? true : undefined,
  );
  expect(await statuses(token)).toEqual([200, 200, 403, 403, 200]);
  expect((await api.call('POST', '/users/me/become-tutor', { token, body: {} })).status).toBe(200);
  await eventually('every service refuses the token', async () =>
    (await statuses(token)).every((status) => status === 401) ? true : undefined,
  );
  const next = await people.login(email);
  expect(claimsOf(next)).toMatchObject({ sub: userId, role: 'tutor' });
  await eventually('the draft', async () => ((await statuses(next)).join() === '200,200,200,403,200' ? true : undefined));
  const { rows } = await platform.databases.identity.query<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1', [
    userId,
  ]);
  expect(rows).toEqual([{ id: claimsOf(next).sid }]);
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
