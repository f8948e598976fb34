import { randomUUID } from 'node:crypto';
import {
  PaymentDisputeClosed,
  PaymentDisputeOpened,
  PaymentProviderMismatch,
  PaymentRefundFailed,
  PaymentRefundRequested,
  PayoutHeld,
} from '@edtech/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExpireApprovalCommand } from '../src/application/commands/expire-approval.command.ts';
import { ExpireApprovalHandler } from '../src/application/commands/expire-approval.handler.ts';
import { PaymentEventsConsumer } from '../src/infrastructure/event-consumers/payment-events.consumer.ts';
import { received, runningAdminService, type Answer, type RunningAdminService } from './running-admin-service.ts';

let service: RunningAdminService;
const requester = randomUUID();
const finance = randomUUID();

beforeAll(async () => {
  service = await runningAdminService();
});
afterAll(() => service.close());

type Delivery = () => Promise<void>;

async function deliver(...deliveries: Delivery[]): Promise<void> {
  for (const delivery of deliveries) await service.handling(delivery);
}

function refund(refundId: string, needsApproval = true): Delivery {
  const paymentId = randomUUID();
  const event = received(PaymentRefundRequested, paymentId, {
    paymentId,
    refundId,
    amount: 12_000,
    currency: 'EUR',
    reason: 'ill',
    requestedBy: requester,
    source: 'support',
    needsApproval,
  });
  return () => service.get(PaymentEventsConsumer).handleRefundRequested(event);
}
function refundFailed(refundId: string, retryable: boolean): Delivery {
  const payload = { paymentId: randomUUID(), refundId, code: 'account_closed', retryable, providerEventId: 'evt-1' };
  const event = received(PaymentRefundFailed, payload.paymentId, payload);
  return () => service.get(PaymentEventsConsumer).handleRefundFailed(event);
}
function dispute(disputeId: string) {
  const about = { paymentId: randomUUID(), bookingId: randomUUID(), disputeId, amount: 5_000, currency: 'USD' } as const;
  const opened = received(PaymentDisputeOpened, about.paymentId, {
    ...about,
    reasonCode: 'fraudulent',
    evidenceDueAt: '2026-12-01T00:00:00.000Z',
  });
  const closed = received(PaymentDisputeClosed, about.paymentId, {
    ...about,
    outcome: 'lost',
    feeReversed: 1_000,
    earningsReversed: 4_000,
    settlement: 'held',
  } as const);
  const consumer = service.get(PaymentEventsConsumer);
  return { opened: () => consumer.handleDisputeOpened(opened), closed: () => consumer.handleDisputeClosed(closed) };
}
function held(payoutId: string, by?: string): Delivery {
  const payload = { payoutId, tutorId: randomUUID(), reason: 'negative balance' };
  const event = received(PayoutHeld, payoutId, by === undefined ? payload : { ...payload, by });
  return () => service.get(PaymentEventsConsumer).handlePayoutHeld(event);
}

async function tasksOf(subjectId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return service.query('SELECT * FROM approval_tasks WHERE subject_id = $1 ORDER BY seq', [subjectId]);
}
async function taskOf(subjectId: string): Promise<string> {
  return String((await tasksOf(subjectId)).at(-1)?.['id']);
}
const decide = (id: string, body: object, by = finance, duties = ['finance']): Promise<Answer> =>
  service.call('POST', `/admin/approvals/${id}/decision`, service.tokens.user(by, 'admin', duties), body);

describe('a refund above the limit', () => {
  test('waits for a second person; the same person is refused', async () => {
    const refundId = randomUUID();
    await deliver(refund(refundId));
    const id = await taskOf(refundId);
    expect(await service.call('GET', `/admin/approvals/${id}`, service.tokens.user(finance, 'admin', ['support']))).toMatchObject(
      {
        status: 200,
        body: { kind: 'refund', subjectId: refundId, amount: 12_000, currency: 'EUR', requestedBy: requester, status: 'open' },
      },
    );
    expect(await decide(id, { decision: 'approved', reason: 'mine' }, requester)).toMatchObject({
      status: 403,
      body: { code: 'SAME_PERSON' },
    });
    expect(await decide(id, { decision: 'approved', reason: 'ok' }, finance, ['support'])).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    expect(await decide(id, { decision: 'approved', reason: 'checked' })).toMatchObject({
      status: 200,
      body: { status: 'approved', decidedBy: finance, reason: 'checked' },
    });
    expect(await decide(id, { decision: 'rejected', reason: 'late' })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_DECIDED' },
    });
    const [event] = await service.query(
      `SELECT payload::json AS payload FROM domain_events WHERE aggregate_id = $1 AND event_name = 'approval.decided'`,
      [id],
    );
    expect(event?.['payload']).toEqual({
      approvalId: id,
      kind: 'refund',
      subjectId: refundId,
      decision: 'approved',
      reason: 'checked',
      decidedBy: finance,
    });
  });

  test('has one task however often it is told, and none below the limit', async () => {
    const [refundId, small] = [randomUUID(), randomUUID()];
    const told = refund(refundId);
    await Promise.all([deliver(told), deliver(told), deliver(told)]);
    await deliver(told, refund(small, false));
    expect(await tasksOf(refundId)).toHaveLength(1);
    expect(await tasksOf(small)).toEqual([]);
  });

  test('that the provider gave up on waits again, with what is known of it and under four eyes', async () => {
    const refundId = randomUUID();
    await deliver(refund(refundId, false), refundFailed(refundId, true));
    expect(await tasksOf(refundId)).toEqual([]);
    await deliver(refundFailed(refundId, false));
    expect(await tasksOf(refundId)).toMatchObject([{ amount: '12000', currency: 'EUR', requested_by: requester }]);
    expect(await decide(await taskOf(refundId), { decision: 'approved', reason: 'again' }, requester)).toMatchObject({
      status: 403,
    });
  });

  test('expires when nobody decides', async () => {
    const refundId = randomUUID();
    await deliver(refund(refundId));
    const id = await taskOf(refundId);
    const expire = (): Promise<void> => service.get(ExpireApprovalHandler).execute(new ExpireApprovalCommand(id));
    await deliver(expire, expire);
    expect(await service.eventsOf(id)).toEqual(['approval.opened', 'approval.decided']);
    expect(await tasksOf(refundId)).toMatchObject([{ status: 'expired', decided_by: 'system:approval-expiry' }]);
    expect(await decide(id, { decision: 'approved', reason: 'late' })).toMatchObject({ status: 409 });
  });
});

describe('a dispute', () => {
  test('is closed by the provider', async () => {
    const disputeId = randomUUID();
    const { opened, closed } = dispute(disputeId);
    await deliver(opened, closed, opened, closed);
    expect(await tasksOf(disputeId)).toMatchObject([{ status: 'rejected', reason: 'the dispute was lost', amount: '5000' }]);
  });

  test('that was closed before anybody heard of it opens no task, whoever comes first', async () => {
    const disputeId = randomUUID();
    const { opened, closed } = dispute(disputeId);
    await deliver(closed, opened);
    expect(await tasksOf(disputeId)).toEqual([]);
    for (let round = 0; round < 10; round++) {
      const raced = randomUUID();
      const events = dispute(raced);
      await Promise.all([deliver(events.opened), deliver(events.closed)]);
      expect((await tasksOf(raced)).filter(({ status }) => status === 'open')).toEqual([]);
    }
  });
});

test('a payout that a person stopped is released by another one', async () => {
  const payoutId = randomUUID();
  await deliver(held(payoutId, finance), held(payoutId, finance));
  expect(await tasksOf(payoutId)).toMatchObject([{ kind: 'payout_release', requested_by: finance }]);
  expect(await decide(await taskOf(payoutId), { decision: 'approved', reason: 'ok' })).toMatchObject({ status: 403 });
  const other = randomUUID();
  expect(await decide(await taskOf(payoutId), { decision: 'approved', reason: 'ok' }, other)).toMatchObject({ status: 200 });
  await deliver(held(payoutId));
  expect(await tasksOf(payoutId)).toMatchObject([
    { status: 'approved' },
    { status: 'open', requested_by: 'system:payment-service' },
  ]);
});

test('what the provider says and cannot be is a work item', async () => {
  const payload = { paymentId: randomUUID(), providerEventId: `evt-${randomUUID()}`, expected: 'pending', actual: 'captured' };
  const event = received(PaymentProviderMismatch, payload.paymentId, payload);
  await deliver(() => service.get(PaymentEventsConsumer).handleProviderMismatch(event));
  const id = await taskOf(payload.providerEventId);
  expect(await decide(id, { decision: 'approved', reason: 'settled by hand', amount: 5 })).toMatchObject({
    status: 422,
    body: { code: 'AMOUNT_NOT_DECIDABLE' },
  });
  expect(await decide(id, { decision: 'approved', reason: 'settled by hand' })).toMatchObject({ status: 200 });
});

test('the list is for finance and support, by kind and status', async () => {
  const refundId = randomUUID();
  await deliver(refund(refundId));
  const list = (query: string, duties: string[]): Promise<Answer> =>
    service.call('GET', `/admin/approvals?${query}`, service.tokens.user(finance, 'admin', duties));
  const { body } = await list('kind=refund&status=open&limit=100', ['support']);
  expect(body['items']).toContainEqual(expect.objectContaining({ subjectId: refundId }));
  expect(body['items']).not.toContainEqual(expect.objectContaining({ kind: 'dispute' }));
  expect(await list('kind=refund', ['compliance'])).toMatchObject({ status: 403 });
});
