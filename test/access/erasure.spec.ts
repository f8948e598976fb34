import { randomUUID } from 'node:crypto';
import { ServiceTokens } from '@edtech/shared-kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edgeWorld, type Answer, type EdgeWorld } from './edge.fixture.ts';

let world: EdgeWorld;
beforeAll(async () => {
  world = await edgeWorld({ only: ['user-service', 'payment-service'] });
}, 120_000);
afterAll(() => world.close());

async function newStudent(): Promise<{ id: string; token: string }> {
  const token = await world.tokens.service('identity-service', 'user-service');
  const person = { email: `${randomUUID()}@example.org`, firstName: 'Ada', lastName: 'Byron', role: 'student', status: 'active' };
  const { status, body } = await world.send('user-service', 'POST', '/users', { token, body: person });
  expect(status).toBe(201);
  const id = textAt(body, 'id');
  return { id, token: await world.tokens.user({ id, role: 'student' }) };
}

const leave = (token: string): Promise<Answer> => world.send('user-service', 'DELETE', '/users/me', { token });

function textAt(body: unknown, name: string): string {
  return typeof body === 'object' && body !== null ? String(Reflect.get(body, name)) : '';
}

async function pay(studentId: string, token: string): Promise<Answer> {
  const lesson = { bookingId: randomUUID(), studentId, tutorId: randomUUID(), kind: 'regular', amount: 5_000, currency: 'EUR' };
  const body = { ...lesson, paymentMethodId: 'pm_confirm' };
  const answer = await world.send('payment-service', 'POST', '/payments', { token, body });
  await world.settled();
  return answer;
}

test('who owes and is owed nothing may leave', async () => {
  const { token } = await newStudent();
  expect(await leave(token)).toMatchObject({ status: 202, body: { erasureDueAt: expect.any(String) } });
});

test('who has an open payment may not, and hears why', async () => {
  const { id, token } = await newStudent();
  expect((await pay(id, await world.tokens.service('matching-service', 'payment-service'))).status).toBe(201);
  expect(await leave(token)).toMatchObject({ status: 422, body: { code: 'OPEN_BALANCE' } });
});

test('what a service does for somebody is recorded as done by that person, and only its token says so', async () => {
  const person = { id: randomUUID(), type: 'user', role: 'student' } as const;
  const key = world.tokens.serviceKeys.get('matching-service') ?? {};
  const token = await new ServiceTokens('matching-service', key).mint('payment-service', person);
  const answer = await pay(person.id, token);
  const { rows } = await world.database('payment-service').query({
    text: `SELECT actor::jsonb AS actor FROM domain_events WHERE aggregate_id = $1 AND event_name = 'payment.created'`,
    values: [textAt(answer.body, 'paymentId')],
  });
  expect(rows).toEqual([{ actor: person }]);
});

test('a token that was made for one service opens no other', async () => {
  const path = `/payments/internal/open-items/${randomUUID()}`;
  const right = await world.tokens.service('user-service', 'payment-service');
  expect((await world.send('payment-service', 'GET', path, { token: right })).status).toBe(200);
  const wrong = await world.tokens.service('user-service', 'tutor-service');
  expect((await world.send('payment-service', 'GET', path, { token: wrong })).status).toBe(401);
});

test('while payment-service is away nobody is let go: 503, and the user is as before', async () => {
  const { token } = await newStudent();
  await world.service('payment-service').stop();
  const refused = await leave(token);
  expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' }, headers: { 'retry-after': '2' } });
  const me = await world.send('user-service', 'GET', '/users/me', { token });
  expect(me).toMatchObject({ status: 200, body: { status: 'active' } });
});
