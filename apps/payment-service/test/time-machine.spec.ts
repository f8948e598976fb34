import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DomainError, EventStoreService, type StreamEvent } from '@edtech/shared-kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';
import { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { aPaymentStory } from './payment-commands.arbitrary.ts';
import { capture, finance, order, payoutId, refundId, request, studentId, support, tutorId } from './payment.fixture.ts';
import type { Answer } from './running-payment-service.ts';
import { runningReadSide, type ReadSide } from './read-side.ts';

let world: ReadSide;
let tokens: Record<'student' | 'tutor' | 'finance' | 'superadmin' | 'support' | 'stranger', string>;
const paymentId = randomUUID();
let events: StreamEvent[];

beforeAll(async () => {
  world = await runningReadSide();
  const { user } = world.service.tokens;
  tokens = {
    student: user(studentId, 'student'),
    tutor: user(tutorId, 'tutor'),
    finance: user(finance, 'admin', ['finance']),
    superadmin: user(randomUUID(), 'superadmin'),
    support: user(support, 'admin', ['support']),
    stranger: user(randomUUID(), 'student'),
  };
  await store(paymentId, [
    (payment) => payment.recordFailedAttempt({ providerEventId: 'evt_1', code: 'card_declined' }),
    (payment) => payment.complete(capture),
    (payment) => payment.requestRefund(request(), { autoApproveLimit: 0 }),
    (payment) => payment.approveRefund({ refundId, by: finance, auto: false }),
    (payment) => payment.recordRefund({ refundId, providerRef: 're_1' }),
    (payment) => payment.releaseFunds(),
    (payment) => payment.assignToPayout(payoutId),
  ]);
  events = await eventsOf(paymentId);
});
afterAll(async () => world.close());

/** Every decision in a commit of its own, at an instant of its own, by somebody from support. */
async function store(id: string, decisions: readonly ((payment: Payment) => void)[]): Promise<void> {
  const payments = world.service.get(PaymentRepository);
  const actor = { id: support, type: 'user', role: 'admin' } as const;
  await world.service.handling(() => payments.add(Payment.create({ ...order, paymentId: id })), actor);
  for (const decide of decisions) {
    await delay(3);
    await world.service.handling(() => payments.change(id, decide), actor);
  }
}

function eventsOf(aggregateId: string): Promise<StreamEvent[]> {
  return world.service.get(EventStoreService).readStream({ aggregateType: 'Payment', aggregateId }).all();
}

function get(path: string, who: keyof typeof tokens = 'finance', headers: Record<string, string> = {}): Promise<Answer> {
  return world.service.call('GET', path, { token: tokens[who], headers });
}

function folded(of: readonly StreamEvent[], version: number): object {
  const known = of.slice(0, version);
  return { ...Payment.fromHistory(known).snapshot, streamVersion: version, recordedAt: known.at(-1)?.recordedAt };
}

function recordedAt(version: number): string {
  return events[version - 1]?.recordedAt ?? '';
}

/** The names of the fields of an answer. */
function fields({ body }: Answer): string[] {
  return Object.keys(Object(body)).toSorted();
}

describe('GET /payments/:id', () => {
  test('answers what was acknowledged last, to finance in full, with its version as ETag', async () => {
    const answer = await get(`/payments/${paymentId}`);
    expect(answer).toMatchObject({ status: 200, body: folded(events, 8) });
    expect(answer.headers.get('etag')).toBe('"8"');
    expect((await get(`/payments/${paymentId}`, 'superadmin')).body).toEqual(answer.body);
    expect((await get(`/payments/${paymentId}`, 'finance', { 'if-none-match': '"8"' })).status).toBe(304);
    expect((await get(`/payments/${paymentId}`, 'finance', { 'if-none-match': '"7"' })).status).toBe(200);
  });

  const shared = ['id', 'bookingId', 'studentId', 'tutorId', 'amount', 'currency', 'status', 'settlement', 'totalRefunded'];
  const both = [...shared, 'totalChargedBack', 'refunds', 'disputes', 'streamVersion', 'recordedAt'];

  test('a student does not see what platform and tutor make of it', async () => {
    const answer = await get(`/payments/${paymentId}`, 'student');
    expect(fields(answer)).toEqual([...both, 'failedAttempts'].toSorted());
    expect(answer.body).toMatchObject({
      status: 'partially_refunded',
      refunds: [{ refundId, amount: 2_500, status: 'refunded' }],
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/requestedBy|needsApproval/);
  });

  test('a tutor does not see how the student pays', async () => {
    const answer = await get(`/payments/${paymentId}`, 'tutor');
    const own = [
      'commissionBps',
      'platformFee',
      'tutorEarnings',
      'feeReversed',
      'earningsReversed',
      'payoutId',
      'paidOut',
      'deductions',
    ];
    expect(fields(answer)).toEqual([...both, ...own].toSorted());
    expect(answer.body).toMatchObject({ tutorEarnings: 4_000, earningsReversed: 2_000, payoutId });
  });

  test('for everybody else it does not exist, or is closed', async () => {
    const problem = { status: 404, body: { code: 'NOT_FOUND' } };
    for (const path of ['', '/history', '/diff?from=1&to=2', '?version=1', '?version=99'])
      expect(await get(`/payments/${paymentId}${path}`, 'stranger')).toMatchObject(problem);
    expect(await get(`/payments/${randomUUID()}`)).toMatchObject(problem);
    expect((await get(`/payments/${paymentId}`, 'support')).status).toBe(403);
    expect((await world.service.call('GET', `/payments/${paymentId}`)).status).toBe(401);
    expect((await get('/payments/not-an-id')).status).toBe(400);
  });
});

describe('the time machine', () => {
  test('scenario 13: before and after a refund', async () => {
    const before = await get(`/payments/${paymentId}?asOf=${recordedAt(5)}`, 'student');
    expect(before).toMatchObject({ status: 200, body: { status: 'completed', totalRefunded: 0, streamVersion: 5 } });
    const after = await get(`/payments/${paymentId}?asOf=${recordedAt(6)}`, 'student');
    expect(after).toMatchObject({ status: 200, body: { status: 'partially_refunded', totalRefunded: 2_500, streamVersion: 6 } });
    expect(after.headers.get('etag')).toBe('"6"');
    const inBetween = new Date(Date.parse(recordedAt(6)) - 1).toISOString();
    expect((await get(`/payments/${paymentId}?asOf=${inBetween}`, 'student')).body).toEqual(before.body);
  });

  test('G55 every version and every instant is the fold of what was recorded by then', async () => {
    for (const { streamVersion, recordedAt: at } of events) {
      const expected = { status: 200, body: folded(events, streamVersion) };
      expect(await get(`/payments/${paymentId}?version=${streamVersion}`)).toMatchObject(expected);
      expect(await get(`/payments/${paymentId}?asOf=${at}`)).toMatchObject(expected);
    }
    const offset = recordedAt(3).replace('Z', '+00:00');
    expect((await get(`/payments/${paymentId}?asOf=${encodeURIComponent(offset)}`)).body).toMatchObject({ streamVersion: 3 });
  });

  test('before the first event there is nothing, beyond the last one nothing yet', async () => {
    const early = new Date(Date.parse(recordedAt(1)) - 1).toISOString();
    expect(await get(`/payments/${paymentId}?asOf=${early}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await get(`/payments/${paymentId}?version=9`)).toMatchObject({ status: 422, body: { code: 'VERSION_AHEAD' } });
    expect(await get(`/payments/${paymentId}/diff?from=1&to=9`)).toMatchObject({ status: 422, body: { code: 'VERSION_AHEAD' } });
  });

  test.each(['?version=0', '?version=1.5', '?asOf=yesterday', '?asOf=2026-11-03T12:00:00Z&version=1', '?at=1', '/diff?from=1'])(
    'a question that makes no sense is refused: %s',
    async (path) => {
      expect(await get(`/payments/${paymentId}${path}`)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    },
  );

  test('whatever happened to a payment, its states agree with the fold of its events, and its differences with its states', async () => {
    const payments = world.service.get(PaymentRepository);
    let seen = 0;
    for (const story of fc.sample(aPaymentStory, { numRuns: 5, seed: 20261103 })) {
      const id = randomUUID();
      await world.service.handling(() => payments.add(Payment.create({ ...order, ...story, paymentId: id })));
      for (const { act } of story.asks) {
        await world.service
          .handling(() => payments.change(id, act))
          .catch((error: unknown) => {
            if (!(error instanceof DomainError)) throw error;
          });
      }
      const stored = await eventsOf(id);
      seen += stored.length;
      for (const { streamVersion } of stored)
        expect((await get(`/payments/${id}?version=${streamVersion}`)).body).toEqual(folded(stored, streamVersion));
      const { body } = await get(`/payments/${id}/diff?from=1&to=${stored.length}`);
      const paths = changesIn(body).map(({ path }) => path.split('.')[0] ?? '');
      const [first, last] = [Object(folded(stored, 1)), Object(folded(stored, stored.length))];
      const different = Object.keys(last).filter(
        (name) => !['streamVersion', 'recordedAt'].includes(name) && JSON.stringify(first[name]) !== JSON.stringify(last[name]),
      );
      expect([...new Set(paths)].toSorted()).toEqual(different.toSorted());
    }
    expect(seen).toBeGreaterThan(15);
  });
});

interface Change {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

function changesIn(body: unknown): Change[] {
  return Object(body)['changed'];
}

describe('GET /payments/:id/diff', () => {
  test('names every field that differs, in either direction', async () => {
    expect((await get(`/payments/${paymentId}/diff?from=5&to=6`)).body).toEqual({
      from: 5,
      to: 6,
      changed: [
        { path: 'status', before: 'completed', after: 'partially_refunded' },
        { path: 'refunds.0.status', before: 'approved', after: 'refunded' },
        { path: 'totalRefunded', before: 0, after: 2_500 },
        { path: 'feeReversed', before: 0, after: 500 },
        { path: 'earningsReversed', before: 0, after: 2_000 },
      ],
    });
    const back = changesIn((await get(`/payments/${paymentId}/diff?from=6&to=5`)).body);
    expect(back[0]).toEqual({ path: 'status', before: 'partially_refunded', after: 'completed' });
    expect((await get(`/payments/${paymentId}/diff?from=4&to=4`)).body).toEqual({ from: 4, to: 4, changed: [] });
  });

  test('shows each side no more than its view of the payment', async () => {
    const paths = async (who: 'student' | 'tutor'): Promise<string[]> =>
      changesIn((await get(`/payments/${paymentId}/diff?from=1&to=8`, who)).body).map(({ path }) => path);
    const both = ['status', 'settlement', 'refunds.0.refundId', 'refunds.0.amount', 'refunds.0.status', 'totalRefunded'];
    expect((await paths('student')).toSorted()).toEqual([...both, 'failedAttempts'].toSorted());
    expect((await paths('tutor')).toSorted()).toEqual(
      [...both, 'feeReversed', 'earningsReversed', 'payoutId', 'paidOut'].toSorted(),
    );
  });
});

describe('GET /payments/:id/history', () => {
  interface Entry {
    readonly streamVersion: number;
    readonly eventName: string;
    readonly actor: { readonly id?: string };
  }
  const entriesOf = async (who: keyof typeof tokens): Promise<Entry[]> =>
    Object((await get(`/payments/${paymentId}/history`, who)).body)['items'];

  test('finance sees every event with who, why and what it changed', async () => {
    const entries = await entriesOf('finance');
    expect(entries.map(({ eventName }) => eventName)).toEqual(events.map(({ eventName }) => eventName));
    const { eventId, correlationId, causationId, occurredAt } = events[5] ?? {};
    expect(entries[5]).toEqual({
      streamVersion: 6,
      eventId,
      eventName: 'payment.refunded',
      occurredAt,
      recordedAt: recordedAt(6),
      actor: { id: support, type: 'user', role: 'admin' },
      correlationId,
      causationId,
      changed: changesIn((await get(`/payments/${paymentId}/diff?from=5&to=6`)).body),
    });
  });

  test('a party sees what concerns it, and of other people only the role', async () => {
    const ofStudent = await entriesOf('student');
    const ofTutor = await entriesOf('tutor');
    expect(ofStudent.map(({ streamVersion }) => streamVersion)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(ofTutor.map(({ streamVersion }) => streamVersion)).toEqual([1, 3, 4, 5, 6, 7, 8]);
    for (const { actor } of [...ofStudent, ...ofTutor]) expect(actor).toEqual({ type: 'user', role: 'admin' });
    expect(JSON.stringify(ofStudent)).not.toMatch(/commissionBps|platformFee|tutorEarnings|earningsReversed|requestedBy|ch_1/);
    expect(JSON.stringify(ofTutor)).not.toMatch(/failedAttempts|requestedBy|ch_1|evt_1/);
  });
});

describe('a record as the guide stores it', () => {
  const guide = { payment: randomUUID(), event: randomUUID(), at: '2024-03-05T10:15:00.000Z' };

  beforeAll(async () => {
    const client = new DynamoDBClient({});
    await client.send(
      new PutItemCommand({
        TableName: 'edtech-event-store',
        Item: {
          PK: { S: `PAYMENT#${guide.payment}` },
          SK: { S: `EVENT#${guide.at}#${guide.event}` },
          eventId: { S: guide.event },
          eventName: { S: 'payment.created' },
          aggregateId: { S: guide.payment },
          aggregateType: { S: 'Payment' },
          version: { N: '1' },
          occurredAt: { S: guide.at },
          payload: {
            M: {
              paymentId: { S: guide.payment },
              amount: { N: '5000' },
              studentId: { S: studentId },
              tutorId: { S: tutorId },
            },
          },
          metadata: { M: { correlationId: { S: 'corr-123' }, causationId: { S: 'cause-456' }, userId: { S: studentId } } },
        },
      }),
    );
    client.destroy();
  });

  test('loads in the newest shape, now and as of its time', async () => {
    const expected = {
      id: guide.payment,
      bookingId: null,
      currency: 'USD',
      amount: 5_000,
      platformFee: 1_000,
      tutorEarnings: 4_000,
      status: 'pending',
      streamVersion: 1,
      recordedAt: guide.at,
    };
    expect(await get(`/payments/${guide.payment}`)).toMatchObject({ status: 200, body: expected });
    expect(await get(`/payments/${guide.payment}?asOf=${guide.at}`)).toMatchObject({ status: 200, body: expected });
    expect((await get(`/payments/${guide.payment}?asOf=2024-03-05T10:14:59Z`)).status).toBe(404);
  });

  test('goes on like any other payment, and reaches the lists', async () => {
    const payments = world.service.get(PaymentRepository);
    await world.service.handling(() => payments.change(guide.payment, (payment) => payment.complete(capture)));
    expect(await get(`/payments/${guide.payment}`, 'student')).toMatchObject({ body: { status: 'completed', streamVersion: 2 } });
    expect(await get(`/payments/${guide.payment}/history`)).toMatchObject({
      body: { items: [{ eventName: 'payment.created', actor: { id: 'system:imported' } }, { eventName: 'payment.completed' }] },
    });
    await world.caughtUp();
    expect(await get(`/payments?to=2025-01-01T00:00:00Z`)).toMatchObject({
      body: { items: [{ id: guide.payment, status: 'completed', createdAt: guide.at }], next: null },
    });
  });
});
