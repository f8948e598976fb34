import { randomUUID } from 'node:crypto';
import { InMemoryMailer, type Principal } from '@edtech/shared-kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreateUserUseCase } from '../src/application/use-cases/create-user.usecase.ts';
import type { User } from '../src/domain/entities/user.entity.ts';
import { UserRole } from '../src/domain/value-objects/user-role.vo.ts';
import { asUser, compliance, finance, HttpClient, person, superadmin, support, tutorService, type Who } from './http.client.ts';
import { userServiceUnderTest, type UserServiceUnderTest } from './user-service.fixture.ts';

let service: UserServiceUnderTest;
let http: HttpClient;

beforeAll(async () => {
  service = await userServiceUnderTest(new InMemoryMailer());
  http = new HttpClient(service);
});
afterAll(() => service.close());

describe('POST /users', () => {
  test('support and other services create users; the role reaches the event as its name (G11)', async () => {
    const made = await http.send(support, 'POST', '/users', person({ role: 'tutor', status: 'active', bio: 'b', skills: ['s'] }));
    expect(made).toMatchObject({
      status: 201,
      body: { role: 'tutor', status: 'active', bio: 'b', skills: ['s'], streamVersion: 2 },
    });
    const [event] = await service.rows<{ payload: string }>(
      `SELECT payload FROM domain_events WHERE event_name = 'user.created' AND aggregate_id = $1`,
      [made.body.id],
    );
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({ role: 'tutor' });
    expect((await http.send(tutorService, 'POST', '/users', person())).status).toBe(201);
  });

  test('a taken address is 409 EMAIL_TAKEN', async () => {
    const { email } = (await http.send(support, 'POST', '/users', person())).body;
    expect(await http.send(support, 'POST', '/users', person({ email: email.toUpperCase() }))).toMatchObject({
      status: 409,
      body: { code: 'EMAIL_TAKEN' },
    });
  });

  test('G10 nobody gives what he may not give', async () => {
    expect(await http.send(superadmin, 'POST', '/users', person({ role: 'admin' }))).toMatchObject({ status: 201 });
    for (const role of ['admin', 'superadmin']) {
      for (const who of [support, tutorService]) {
        expect(await http.send(who, 'POST', '/users', person({ role }))).toMatchObject({
          status: 403,
          body: { code: 'FORBIDDEN' },
        });
      }
    }
    for (const who of [finance, { id: randomUUID(), role: 'student' }, { id: randomUUID(), role: 'tutor' }]) {
      expect((await http.send(who, 'POST', '/users', person())).status).toBe(403);
    }
    for (const wrong of [
      { status: 'suspended' },
      { role: 'root' },
      { id: randomUUID() },
      { isMinor: true },
      { tutorVerified: true },
    ]) {
      expect(await http.send(support, 'POST', '/users', { ...person(), ...wrong })).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    }
  });
});

test('G9 of 50 parallel creations of one address in mixed case one wins: one row, one event', async () => {
  const viewer: Principal = { type: 'user', role: 'admin', duties: ['support'], tutorVerified: false, id: support.id };
  const spellings = Array.from({ length: 50 }, (_, n) =>
    [...'race@example.org'].map((c, i) => ((n >> (i % 6)) & 1 ? c.toUpperCase() : c)).join(''),
  );
  const outcomes = await Promise.allSettled(
    spellings.map((email) => service.as(support.id, () => service.get(CreateUserUseCase).execute(person({ email }), viewer))),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'EMAIL_TAKEN' });
  expect(await service.rows(`SELECT 1 FROM users WHERE lower(email) = 'race@example.org'`)).toHaveLength(1);
  expect(await service.rows(`SELECT 1 FROM domain_events WHERE payload ILIKE '%race@example.org%'`)).toHaveLength(1);
});

describe('GET /users/:id', () => {
  test('G5 everybody sees the fields that are his business, and no others', async () => {
    const user = await http.saved({ bio: 'private' });
    const publicFields = ['id', 'role', 'status', 'locale', 'timezone', 'tutorVerified', 'streamVersion'];
    const all = [...publicFields, 'email', 'firstName', 'lastName', 'isMinor', 'bio', 'skills', 'suspendedUntil', 'erasureDueAt'];
    for (const who of [asUser(user), support, compliance, superadmin, tutorService]) {
      const { status, body } = await http.send(who, 'GET', `/users/${user.id}`);
      expect([status, Object.keys(body).toSorted()]).toEqual([200, all.toSorted()]);
    }
    const { body } = await http.send(finance, 'GET', `/users/${user.id}`);
    expect(Object.keys(body).toSorted()).toEqual(publicFields.toSorted());
  });

  test('a foreign user is as absent as one that does not exist', async () => {
    const [me, other] = [await http.saved(), await http.saved()];
    const foreign = await http.send(asUser(me), 'GET', `/users/${other.id}`);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect((await http.send(support, 'GET', `/users/${randomUUID()}`)).status).toBe(404);
    expect((await http.send(support, 'GET', '/users/not-an-id')).status).toBe(400);
  });
});

describe('GET /users', () => {
  test('G12 pages with a cursor, at most 100 at a time', async () => {
    for (let n = 0; n < 3; n++) await http.saved({ role: UserRole.tutor() });
    const first = await http.send(support, 'GET', '/users?role=tutor&limit=2');
    expect(first).toMatchObject({ status: 200, body: { limit: 2, offset: 0, next: expect.any(String) } });
    const second = await http.send(support, 'GET', `/users?role=tutor&limit=2&cursor=${first.body.next}`);
    expect(second.body.items[0].id).not.toBe(first.body.items[1].id);
    expect((await http.send(support, 'GET', '/users?limit=100')).status).toBe(200);
    for (const query of [
      'limit=101',
      'limit=100000',
      'limit=0',
      'limit=x',
      'cursor=abc',
      'role=root',
      'sort=email',
      'offset=1&cursor=abc',
    ]) {
      expect((await http.send(support, 'GET', `/users?${query}`)).status).toBe(400);
    }
  });

  test('is for administrators; searching for people needs a duty that deals with them', async () => {
    const user = await http.saved({ firstName: 'Zenobia' });
    expect((await http.send(support, 'GET', '/users?q=zenobia')).body.items.map(({ id }: { id: string }) => id)).toEqual([
      user.id,
    ]);
    expect(await http.send(finance, 'GET', '/users?q=zenobia')).toMatchObject({ status: 403 });
    expect((await http.send(finance, 'GET', '/users')).body.items[0]).not.toHaveProperty('email');
    expect((await http.send(asUser(user), 'GET', '/users')).status).toBe(403);
  });
});

describe('decisions about others', () => {
  test('G13 the event is about the user and names the administrator who did it; G14 it is part of the request', async () => {
    const user = await http.saved();
    const headers = { 'x-correlation-id': 'corr-role-change-1' };
    const done = await http.send(support, 'POST', `/users/${user.id}/role`, { newRole: 'tutor', reason: 'asked' }, headers);
    expect(done).toMatchObject({ status: 200, body: { role: 'tutor' } });
    const [event] = (await http.send(compliance, 'GET', `/users/${user.id}/history`)).body.items;
    expect(event).toMatchObject({
      eventName: 'user.role_changed',
      userId: user.id,
      actor: { id: support.id, type: 'user', role: 'admin' },
      correlationId: 'corr-role-change-1',
      payload: { oldRole: 'student', newRole: 'tutor', reason: 'asked' },
    });
    expect(event.causationId).toEqual(expect.any(String));
  });

  test('role changes are refused with the code of the rule', async () => {
    const [student, admin, pending] = [
      await http.saved(),
      await http.saved({ role: UserRole.admin() }),
      await http.saved({ status: 'pending_verification' }),
    ];
    const change = (who: Who, id: string, newRole: string) =>
      http.send(who, 'POST', `/users/${id}/role`, { newRole, reason: 'r' });
    expect(await change(superadmin, student.id, 'admin')).toMatchObject({ status: 200 });
    expect(await change(support, admin.id, 'student')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN_TRANSITION' } });
    expect(await change(support, student.id, 'admin')).toMatchObject({ status: 422, body: { code: 'SAME_ROLE' } });
    expect(await change(support, pending.id, 'tutor')).toMatchObject({ status: 422, body: { code: 'USER_NOT_ACTIVE' } });
    expect((await change(finance, pending.id, 'tutor')).status).toBe(403);
    expect((await change(support, randomUUID(), 'tutor')).status).toBe(404);
  });

  test('of two superadmins who demote each other at once one stays', async () => {
    const [one, two] = [await http.saved({ role: UserRole.superadmin() }), await http.saved({ role: UserRole.superadmin() })];
    const demote = (who: User, whom: User) =>
      http.send(asUser(who), 'POST', `/users/${whom.id}/role`, { newRole: 'admin', reason: 'r' });
    const outcomes = await Promise.all([demote(one, two), demote(two, one)]);
    expect(outcomes.map(({ status, body }) => body.code ?? status).toSorted()).toEqual([200, 'LAST_SUPERADMIN']);
  });

  test('support suspends and reactivates; staff only by a superadmin', async () => {
    const user = await http.saved();
    const until = '2027-01-01T00:00:00.000Z';
    expect(await http.send(support, 'POST', `/users/${user.id}/suspend`, { reason: 'fraud', until })).toMatchObject({
      status: 200,
      body: { status: 'suspended', suspendedUntil: until },
    });
    expect((await http.send(support, 'POST', `/users/${user.id}/suspend`, { reason: 'fraud' })).body).toMatchObject({
      streamVersion: 2,
    });
    expect(await http.send(support, 'POST', `/users/${user.id}/reactivate`, { reason: 'cleared' })).toMatchObject({
      status: 200,
      body: { status: 'active' },
    });
    const admin = await http.saved({ role: UserRole.admin() });
    expect((await http.send(support, 'POST', `/users/${admin.id}/suspend`, { reason: 'r' })).status).toBe(403);
    const pending = await http.saved({ status: 'pending_verification' });
    for (const command of ['suspend', 'reactivate']) {
      expect(await http.send(support, 'POST', `/users/${pending.id}/${command}`, { reason: 'r' })).toMatchObject({
        status: 409,
        body: { code: 'INVALID_STATE' },
      });
    }
  });

  test('the history is newest first, for compliance only', async () => {
    const user = await http.saved(
      { status: 'pending_verification' },
      (self) => self.activate(),
      (self) => self.deactivate(),
    );
    const { status, body } = await http.send(compliance, 'GET', `/users/${user.id}/history`);
    expect(status).toBe(200);
    expect(
      body.items.map(({ eventName, streamVersion }: { eventName: string; streamVersion: number }) => [streamVersion, eventName]),
    ).toEqual([
      [3, 'user.deactivated'],
      [2, 'user.activated'],
      [1, 'user.created'],
    ]);
    expect((await http.send(support, 'GET', `/users/${user.id}/history`)).status).toBe(403);
    expect((await http.send(compliance, 'GET', `/users/${randomUUID()}/history`)).status).toBe(404);
  });
});
