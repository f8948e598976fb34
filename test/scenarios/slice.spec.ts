import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  Api,
  at,
  itemsOf,
  People,
  playAudit,
  playRegistration,
  playRoleChange,
  playSlice,
  playVerification,
  Story,
  textAt,
  type Json,
} from '@edtech/platform';
import { settle } from '@edtech/shared-kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { platformUnderTest, type PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
let api: Api;
let admin: string;

beforeAll(async () => {
  platform = await platformUnderTest({ replicas: 2 });
  api = new Api(platform.url);
  admin = await platform.superadmin();
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
async function register(role: 'student' | 'tutor'): Promise<{ id: string; email: string; token: string }> {
  const email = `${randomUUID()}@example.org`;
  const answer = await api.call('POST', '/users', {
    token: admin,
    body: { email, firstName: 'Grace', lastName: 'Test', role, status: 'active' },
  });
  expect(answer.status).toBe(201);
  const id = textAt(answer.body, 'id');
  return { id, email, token: await new People(api).accept(email) };
}
async function settled(): Promise<void> {
  for (const database of Object.values(platform.databases)) await settle(database);
}
async function count(database: 'identity' | 'user' | 'tutor', sql: string, ...values: unknown[]): Promise<number> {
  const { rows } = await platform.databases[database].query<{ count: string }>(sql, values);
  return Number(rows[0]?.count);
}

describe('the slice on two replicas of each service, with a bus that duplicates, reorders and refuses', () => {
  test('the demo sees everything it expects, twice on the same data', async () => {
    const told: string[] = [];
    const story = new Story((text) => told.push(text));
    await playSlice(api, admin, story);
    await playSlice(api, admin, story);
    expect(told.join('')).toContain('tutor.onboarding_completed');
  }, 120_000);

  test('scenarios 1 to 4 and 17 as the demo plays them', async () => {
    const told: string[] = [];
    const story = new Story((text) => told.push(text));
    const student = await playRegistration(api, story);
    await playRoleChange(api, story, student);
    await playVerification(api, admin, story, await new People(api).register('tutor', `${randomUUID()}@example.org`));
    await playAudit(api, admin, story, student);
    expect(told.join('')).toMatch(/entry \d+ is left out → found at \d+/);
  }, 240_000);

  test('G17 G20 each side effect of a new user happens once', async () => {
    const { id, email } = await register('tutor');
    await eventually('the profile', async () =>
      (await count(
        'tutor',
        `SELECT count(*) FROM domain_events WHERE aggregate_id = $1 AND event_name = 'tutor.onboarding_completed'`,
        id,
      )) === 1
        ? true
        : undefined,
    );
    await settled();
    expect(
      await count('user', `SELECT count(*) FROM domain_events WHERE aggregate_id = $1 AND event_name = 'user.created'`, id),
    ).toBe(1);
    expect(
      await count(
        'tutor',
        `SELECT count(*) FROM domain_events WHERE aggregate_id = $1 AND event_name = 'tutor.profile_created'`,
        id,
      ),
    ).toBe(1);
    const mails = itemsOf((await api.call('GET', '/mailbox')).body).filter((mail) => textAt(mail, 'to').includes(email));
    expect(mails.length).toBeGreaterThanOrEqual(3);
    expect(new Set(mails.map((mail) => textAt(mail, 'messageId'))).size).toBe(mails.length);
  }, 60_000);

  test('G11 the role travels as a plain word and makes a tutor a profile, a student none', async () => {
    const [student, tutor] = [await register('student'), await register('tutor')];
    await eventually('the draft', async () =>
      (await api.call('GET', '/tutors/me', { token: tutor.token })).status === 200 ? true : undefined,
    );
    await settled();
    expect((await api.call('GET', '/tutors/me', { token: student.token })).status).toBe(403);
    expect(await count('tutor', 'SELECT count(*) FROM domain_events WHERE aggregate_id = $1', student.id)).toBe(0);
    const { rows } = await platform.databases.user.query(
      `SELECT payload::json->>'role' AS role FROM domain_events WHERE event_name = 'user.created' AND aggregate_id = ANY($1) ORDER BY role`,
      [[student.id, tutor.id]],
    );
    expect(rows).toEqual([{ role: 'student' }, { role: 'tutor' }]);
  }, 60_000);

  test('G13 G14 an admin who changes a role is the actor, the user is the subject, the request is the cause', async () => {
    const { id } = await register('student');
    const answer = await api.call('POST', `/users/${id}/role`, {
      token: admin,
      body: { newRole: 'tutor', reason: 'teaches well' },
    });
    expect(answer.status).toBe(200);
    const { rows } = await platform.databases.user.query<{ user_id: string; actor: string; correlation_id: string }>(
      `SELECT user_id, actor, correlation_id FROM domain_events WHERE event_name = 'user.role_changed' AND aggregate_id = $1`,
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.user_id).toBe(id);
    expect(JSON.parse(rows[0]?.actor ?? '{}')).toMatchObject({ type: 'user', role: 'superadmin' });
    expect(JSON.parse(rows[0]?.actor ?? '{}').id).not.toBe(id);
    expect(rows[0]?.correlation_id).toBe(answer.headers.get('x-correlation-id'));
  });
});

describe('bad input', () => {
  test('over HTTP is refused with a stable code and changes nothing', async () => {
    await settled();
    const before = await count('user', 'SELECT count(*) FROM domain_events');
    const valid = { email: `${randomUUID()}@example.org`, firstName: 'A', lastName: 'B', role: 'student' };
    const cases: [string, { token?: string; body?: Json; headers?: Record<string, string> }, number, string][] = [
      ['no token', { body: valid }, 401, 'UNAUTHENTICATED'],
      ['a forged token', { token: `${admin.slice(0, -4)}AAAA`, body: valid }, 401, 'UNAUTHENTICATED'],
      ['an unknown field', { token: admin, body: { ...valid, passwordHash: 'x' } }, 400, 'VALIDATION_FAILED'],
      ['an unknown role', { token: admin, body: { ...valid, role: 'root' } }, 400, 'VALIDATION_FAILED'],
      ['a bad address', { token: admin, body: { ...valid, email: 'nobody' } }, 400, 'VALIDATION_FAILED'],
      ['a NUL character', { token: admin, body: { ...valid, firstName: 'a\u0000b' } }, 400, 'VALIDATION_FAILED'],
    ];
    for (const [title, request, status, code] of cases) {
      const answer = await api.call('POST', '/users', request);
      expect([title, answer.status, textAt(answer.body, 'code')]).toEqual([title, status, code]);
      expect(textAt(answer.body, 'correlationId')).toBe(answer.headers.get('x-correlation-id'));
    }
    expect((await api.call('POST', '/users', { token: admin, body: valid })).status).toBe(201);
    expect(await count('user', 'SELECT count(*) FROM domain_events')).toBe(before + 1);
  });

  test('on the queue and in an old or unknown event is parked with its reason; what follows is handled', async () => {
    const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
    const bus = new EventBridgeClient({});
    const { QueueUrl: queue } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'tutor-inbox' }));
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'this is no event' }));
    const detail = {
      eventId: randomUUID(),
      occurredAt: '2026-11-03T10:15:00.412Z',
      recordedAt: '2026-11-03T10:15:00.420Z',
      aggregateType: 'User',
      aggregateId: randomUUID(),
      streamVersion: 1,
      schemaVersion: 9,
      correlationId: randomUUID(),
      causationId: randomUUID(),
      userId: randomUUID(),
      actor: { id: 'x', type: 'system' },
      payload: { userId: randomUUID(), email: 'x@example.org', firstName: 'X', lastName: 'Y', role: 'tutor', status: 'active' },
    };
    const put = async (change: object): Promise<void> => {
      const { FailedEntryCount: failed } = await bus.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: 'edtech-event-bus',
              Source: 'user-service',
              DetailType: 'user.created',
              Detail: JSON.stringify({ ...detail, ...change }),
            },
          ],
        }),
      );
      if (failed !== 0) await put(change);
    };
    await put({});
    const old = {
      ...detail,
      eventId: randomUUID(),
      schemaVersion: 1,
      aggregateId: detail.payload.userId,
      userId: detail.payload.userId,
    };
    await put(old);

    const parked = await eventually('the garbage and the unknown version are parked', async () => {
      const keys = itemsOf((await api.call('GET', '/ops/tutor-service/parked', { token: admin })).body);
      return keys.length >= 2 ? keys : undefined;
    });
    const reasons = JSON.stringify(parked);
    expect(reasons).toContain('MALFORMED_MESSAGE');
    expect(reasons).toContain('UNKNOWN_SCHEMA_VERSION');
    await eventually('the event of version 1 was upcast and made a profile', async () =>
      (await count('tutor', 'SELECT count(*) FROM domain_events WHERE aggregate_id = $1', detail.payload.userId)) > 0
        ? true
        : undefined,
    );
    expect(textAt((await api.call('GET', '/health')).body, 'status')).toBe('degraded');
    expect(at((await api.call('GET', '/ops/tutor-service/overview', { token: admin })).body, 'parked')).toBe(2);

    const redrive = async (subscription: string): Promise<number> =>
      (
        await api.call('POST', '/ops/tutor-service/parked/redrive', {
          token: admin,
          body: { subscription, reason: 'tried again' },
        })
      ).status;
    expect(await redrive('tutor-service.inbox')).toBe(202);
    await eventually('garbage stays parked after a redrive, with one attempt more', async () => {
      const keys = itemsOf((await api.call('GET', '/ops/tutor-service/parked', { token: admin })).body);
      const tried = keys.filter((key) => textAt(key, 'state') === 'parked' && Number(at(key, 'events.0.attempts')) >= 2);
      return tried.length === 2 ? tried : undefined;
    });
    expect(await redrive('tutor-service.nobody')).toBe(404);
    sqs.destroy();
    bus.destroy();
  });
});
