import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { UserCreated, UserErasureRequested, UserRoleChanged } from '@edtech/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserEventsConsumer } from '../src/infrastructure/event-consumers/user-events.consumer.ts';
import { received, runningAdminService, type Answer, type RunningAdminService } from './running-admin-service.ts';

let service: RunningAdminService;
let users: Server;
let answer: { readonly status: number; readonly body: object };
let asked: { readonly url: string | undefined; readonly authorization: string | undefined; readonly body: unknown }[];
const superadmin = randomUUID();

beforeAll(async () => {
  users = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      asked.push({ url: request.url, authorization: request.headers.authorization, body: JSON.parse(text) });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  users.listen(0, '127.0.0.1');
  await once(users, 'listening');
  const address = users.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  service = await runningAdminService({ USER_SERVICE_URL: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await service.close();
  users.closeAllConnections();
  users.close();
});

type Role = UserRoleChanged['newRole'];

async function roleChanged(userId: string, oldRole: Role, newRole: Role): Promise<void> {
  const event = received(UserRoleChanged, userId, { userId, oldRole, newRole });
  await service.handling(() => service.get(UserEventsConsumer).handleUserRole(event));
}
const grant = (userId: string, duties: string[], headers = {}): Promise<Answer> =>
  service.call('PUT', `/admin/admins/${userId}/duties`, service.tokens.user(superadmin, 'superadmin'), { duties }, headers);

describe('an administrator', () => {
  test('comes with the role, has the duties a superadmin grants, and goes with the role', async () => {
    const userId = randomUUID();
    await roleChanged(userId, 'student', 'admin');
    expect(await grant(userId, ['finance', 'verification'])).toMatchObject({
      status: 200,
      body: { userId, duties: ['verification', 'finance'], status: 'active', streamVersion: 2 },
    });
    expect(await grant(userId, ['everything'])).toMatchObject({ status: 422, body: { code: 'UNKNOWN_DUTY' } });
    expect(await grant(userId, ['finance'], { 'if-match': '"1"' })).toMatchObject({ status: 412 });
    await roleChanged(userId, 'admin', 'student');
    expect(await grant(userId, ['finance'])).toMatchObject({ status: 409, body: { code: 'ADMIN_NOT_ACTIVE' } });
    await roleChanged(userId, 'student', 'admin');
    const list = await service.call('GET', '/admin/admins', service.tokens.user(superadmin, 'superadmin'));
    expect(list.body['items']).toContainEqual({ userId, duties: [], status: 'active', streamVersion: 4 });
    expect(await service.eventsOf(userId)).toEqual([
      'admin.created',
      'admin.duties_changed',
      'admin.deactivated',
      'admin.created',
    ]);
  });

  test('goes with the role, also when the loss itself is overtaken by a later change', async () => {
    const userId = randomUUID();
    await roleChanged(userId, 'student', 'admin');
    expect(await grant(userId, ['finance'])).toMatchObject({ status: 200 });
    await roleChanged(userId, 'student', 'tutor');
    expect(await grant(userId, ['finance'])).toMatchObject({ status: 409, body: { code: 'ADMIN_NOT_ACTIVE' } });
    expect(await service.eventsOf(userId)).toEqual(['admin.created', 'admin.duties_changed', 'admin.deactivated']);
  });

  test('is one from the start when the user was created so', async () => {
    const userId = randomUUID();
    const person = { userId, email: 'ada@example.org', firstName: 'Ada', lastName: 'Byron' };
    const payload = { ...person, role: 'admin', status: 'active', locale: 'en', timezone: 'UTC', isMinor: false } as const;
    await service.handling(() => service.get(UserEventsConsumer).handleUserRole(received(UserCreated, userId, payload)));
    expect(await service.eventsOf(userId)).toEqual(['admin.created']);
  });

  test('gets duties from a superadmin only, and somebody else is none', async () => {
    const userId = randomUUID();
    await roleChanged(userId, 'student', 'admin');
    const self = service.tokens.user(userId, 'admin', ['operations', 'support']);
    expect(await service.call('PUT', `/admin/admins/${userId}/duties`, self, { duties: ['finance'] })).toMatchObject({
      status: 403,
    });
    expect(await service.call('GET', '/admin/admins', self)).toMatchObject({ status: 403 });
    expect(await grant(randomUUID(), ['finance'])).toMatchObject({ status: 404 });
  });

  test('a student or tutor is none, a demotion of somebody unknown changes nothing', async () => {
    const userId = randomUUID();
    await roleChanged(userId, 'student', 'tutor');
    await roleChanged(userId, 'admin', 'student');
    expect(await service.eventsOf(userId)).toEqual([]);
  });

  test('who is erased has no duties any more', async () => {
    const userId = randomUUID();
    await roleChanged(userId, 'student', 'admin');
    const request = received(UserErasureRequested, userId, { userId, dueAt: '2026-12-01T00:00:00.000Z' });
    await service.handling(() => service.get(UserEventsConsumer).handleUserErasureRequested(request));
    await roleChanged(userId, 'student', 'admin');
    const events = await service.query('SELECT event_name FROM domain_events WHERE aggregate_id = $1 ORDER BY id', [userId]);
    expect(events.map((event) => event['event_name'])).toEqual(['admin.created', 'admin.deactivated', 'admin.erasure_confirmed']);
  });
});

test('of a user who became a tutor a profile is expected', async () => {
  const expected = async (): Promise<unknown> => {
    const { body } = await service.call('GET', '/admin/analytics', service.tokens.user(superadmin, 'admin'));
    return body['tutors'];
  };
  const before = await expected();
  const userId = randomUUID();
  await roleChanged(userId, 'student', 'tutor');
  expect(await expected()).not.toEqual(before);
  await roleChanged(userId, 'tutor', 'student');
  expect(await expected()).toEqual(before);
});

describe('the status of a user', () => {
  const id = randomUUID();
  const put = (body: object, duties = ['support']): Promise<Answer> =>
    service.call('PUT', `/admin/users/${id}/status`, service.tokens.user(superadmin, 'admin', duties), body);

  test('is changed by user-service, in the name of who asks', async () => {
    asked = [];
    answer = { status: 200, body: { id, status: 'suspended' } };
    expect(await put({ status: 'suspended', reason: 'fraud', until: '2027-01-01T00:00:00.000Z' })).toMatchObject({
      status: 200,
      body: { userId: id, status: 'suspended' },
    });
    answer = { status: 200, body: { id, status: 'active' } };
    expect(await put({ status: 'active', reason: 'cleared' })).toMatchObject({ status: 200, body: { status: 'active' } });
    expect(asked.map(({ url, body }) => [url, body])).toEqual([
      [`/users/${id}/suspend`, { reason: 'fraud', until: '2027-01-01T00:00:00.000Z' }],
      [`/users/${id}/reactivate`, { reason: 'cleared' }],
    ]);
    const claims = String(asked[0]?.authorization).split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: superadmin, duties: ['support'] });
  });

  test('is refused as user-service refuses it', async () => {
    answer = { status: 409, body: { code: 'INVALID_STATE', detail: 'user is erased' } };
    expect(await put({ status: 'active', reason: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_STATE', detail: 'user is erased' },
    });
    answer = { status: 404, body: { code: 'NOT_FOUND', detail: 'no such user' } };
    expect(await put({ status: 'active', reason: 'x' })).toMatchObject({ status: 404 });
  });

  test('cannot be changed while user-service does not answer', async () => {
    answer = { status: 500, body: {} };
    const failed = await put({ status: 'active', reason: 'x' });
    expect([failed.status, failed.body['code'], failed.headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '2']);
  });

  test('needs the duty support and a sensible body', async () => {
    asked = [];
    expect(await put({ status: 'suspended', reason: 'x' }, ['finance'])).toMatchObject({ status: 403 });
    expect(await put({ status: 'active', reason: 'x', until: '2027-01-01T00:00:00.000Z' })).toMatchObject({ status: 400 });
    expect(await put({ status: 'erased', reason: 'x' })).toMatchObject({ status: 400 });
    expect(asked).toEqual([]);
  });
});
