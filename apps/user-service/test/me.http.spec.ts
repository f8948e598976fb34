import { randomUUID } from 'node:crypto';
import { InMemoryMailer } from '@edtech/shared-kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserRepository } from '../src/application/interfaces/repository.interface.ts';
import type { User } from '../src/domain/entities/user.entity.ts';
import { asUser, HttpClient } from './http.client.ts';
import { userServiceUnderTest, type UserServiceUnderTest } from './user-service.fixture.ts';

let service: UserServiceUnderTest;
let http: HttpClient;

beforeAll(async () => {
  service = await userServiceUnderTest(new InMemoryMailer());
  http = new HttpClient(service);
});
afterAll(() => service.close());

const suspend = (user: User): void => user.suspend({ by: 'superadmin', reason: 'r', otherSuperadmins: 1 });

describe('/users/me', () => {
  test('shows and changes the own profile under its ETag', async () => {
    const me = await http.saved();
    const read = await http.send(asUser(me), 'GET', '/users/me');
    expect(read).toMatchObject({ status: 200, etag: '"1"', body: { id: me.id, email: me.state.email } });
    const patch = { firstName: 'Augusta', skills: ['algebra'], timezone: 'Europe/London' };
    const changed = await http.send(asUser(me), 'PATCH', '/users/me', patch, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, etag: '"2"', body: patch });
    expect(await http.send(asUser(me), 'PATCH', '/users/me', { bio: 'x' }, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'PRECONDITION_FAILED', currentVersion: 2 },
    });
  });

  test('G10 role, status, id and address cannot be set', async () => {
    const me = await http.saved();
    for (const wrong of [
      { role: 'admin' },
      { status: 'active' },
      { id: randomUUID() },
      { email: 'x@y.z' },
      { tutorVerified: true },
    ]) {
      expect((await http.send(asUser(me), 'PATCH', '/users/me', { firstName: 'Eve', ...wrong })).status).toBe(400);
    }
    expect((await service.get(UserRepository).get(me.id)).state).toEqual(me.state);
    for (const url of ['/users/me/become-tutor', '/users/me/deactivate', '/users/me/reactivate']) {
      expect((await http.send(asUser(me), 'POST', url, { role: 'admin' })).status).toBe(400);
    }
    expect((await service.get(UserRepository).get(me.id)).state).toEqual(me.state);
  });

  test.each([
    ['PATCH', '/users/me', { firstName: 'Eve' }],
    ['PUT', '/users/me/settings', { emailMarketing: true, lessonReminders: true, language: 'en' }],
    ['POST', '/users/me/deactivate', undefined],
    ['POST', '/users/me/reactivate', undefined],
  ] as const)('%s %s of a suspended user is 422 USER_SUSPENDED', async (method, url, payload) => {
    const me = await http.saved({}, suspend);
    expect(await http.send(asUser(me), method, url, payload)).toMatchObject({ status: 422, body: { code: 'USER_SUSPENDED' } });
  });

  test('a broken profile rule is 422, a broken schema 400', async () => {
    const me = await http.saved();
    expect(await http.send(asUser(me), 'PATCH', '/users/me', { timezone: 'Mars/Olympus' })).toMatchObject({
      status: 422,
      body: { code: 'RULE_VIOLATED' },
    });
    expect((await http.send(asUser(me), 'PATCH', '/users/me', { bio: 'x'.repeat(1001) })).status).toBe(400);
  });

  test('settings are replaced as a whole under the ETag of the user', async () => {
    const me = await http.saved();
    const settings = { emailMarketing: true, lessonReminders: false, language: 'fr' };
    expect(await http.send(asUser(me), 'GET', '/users/me/settings')).toMatchObject({
      status: 200,
      etag: '"1"',
      body: { language: 'en' },
    });
    expect(await http.send(asUser(me), 'PUT', '/users/me/settings', settings, { 'if-match': '"1"' })).toMatchObject({
      status: 200,
      etag: '"2"',
      body: settings,
    });
    expect((await http.send(asUser(me), 'PUT', '/users/me/settings', settings, { 'if-match': '"1"' })).status).toBe(412);
    expect((await http.send(asUser(me), 'PUT', '/users/me/settings', { language: 'fr' })).status).toBe(400);
    expect((await http.send(asUser(me), 'GET', '/users/me/settings')).body).toMatchObject(settings);
  });

  test('a student becomes a tutor once', async () => {
    const me = await http.saved();
    const done = await http.send(asUser(me), 'POST', '/users/me/become-tutor', { subjects: ['algebra'], bio: 'b' });
    expect(done).toMatchObject({ status: 200, body: { role: 'tutor', skills: ['algebra'], bio: 'b' } });
    expect(await http.send(asUser(me), 'POST', '/users/me/become-tutor', {})).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_TUTOR' },
    });
    const pending = await http.saved({ status: 'pending_verification' });
    expect(await http.send(asUser(pending), 'POST', '/users/me/become-tutor', {})).toMatchObject({
      status: 422,
      body: { code: 'USER_NOT_ACTIVE' },
    });
  });

  test('pauses and comes back', async () => {
    const me = await http.saved();
    expect((await http.send(asUser(me), 'POST', '/users/me/deactivate')).body).toMatchObject({ status: 'inactive' });
    expect((await http.send(asUser(me), 'POST', '/users/me/reactivate')).body).toMatchObject({ status: 'active' });
  });

  test('erasure is promised within 30 days, and asked again it answers the same date', async () => {
    const me = await http.saved();
    const first = await http.send(asUser(me), 'DELETE', '/users/me');
    expect(first.status).toBe(202);
    const days = (Date.parse(first.body.erasureDueAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);
    expect((await http.send(asUser(me), 'DELETE', '/users/me')).body).toEqual(first.body);
    expect(await service.events(me.id)).toEqual(['user.created', 'user.erasure_requested']);
  });
});
