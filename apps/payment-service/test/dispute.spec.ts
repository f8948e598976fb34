import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SIGNATURE_HEADER, signWebhook } from '../src/infrastructure/providers/webhook-signature.ts';
import { BookedLesson } from './booking-events.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

const SECRET = 'whsec_test';
const PAID = ['payment.created', 'payment.authorized', 'payment.completed'];
const REFUNDED = ['payment.refund_requested', 'payment.refund_approved', 'payment.refunded'];
let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService({ FAKE_PROVIDER_WEBHOOK_SECRET: SECRET });
});
afterAll(() => service.close());

async function report({ paymentId }: BookedLesson, event: object): Promise<void> {
  const body = JSON.stringify({ providerEventId: `evt_${randomUUID()}`, paymentId, disputeId: 'dp_1', ...event });
  const headers = { [SIGNATURE_HEADER]: signWebhook(SECRET, body, new Date()) };
  expect((await service.call('POST', '/payments/webhooks/fake', { body, headers })).status).toBe(204);
}
function close(lesson: BookedLesson, won: boolean): Promise<void> {
  return report(lesson, { type: 'dispute.closed', won });
}

/** Paid, and disputed for `amount` of its 50 dollars. */
async function disputed(amount: number): Promise<BookedLesson> {
  const lesson = new BookedLesson('pm_ok');
  await service.publish(lesson.requested);
  await service.untilEvents(lesson.paymentId, PAID);
  const why = { reasonCode: 'unrecognized', evidenceDueAt: '2026-11-10T12:00:00.000Z' };
  await report(lesson, { type: 'dispute.opened', amount, currency: 'USD', ...why });
  return lesson;
}

describe('while a dispute is open', () => {
  test('a booking that ends is refunded when the dispute is won, and only then', async () => {
    const lesson = await disputed(5_000);
    await service.publish(lesson.cancelled(5_000));
    await service.settled();
    expect(await service.eventsOf(lesson.paymentId)).toEqual([...PAID, 'payment.dispute_opened']);
    await close(lesson, true);
    await service.untilEvents(lesson.paymentId, [...PAID, 'payment.dispute_opened', 'payment.dispute_closed', ...REFUNDED]);
  });

  test('what the bank has taken is not paid a second time', async () => {
    const lesson = await disputed(4_000);
    await service.publish(lesson.cancelled(10_000));
    await service.settled();
    await close(lesson, false);
    await service.untilEvents(lesson.paymentId, [...PAID, 'payment.dispute_opened', 'payment.dispute_closed', ...REFUNDED]);
    const charge = await service.query('SELECT refunded FROM fake_provider_charges WHERE payment_id = $1', [lesson.paymentId]);
    expect(charge).toEqual([{ refunded: 1_000 }]);
  });

  test('a settled lesson keeps its money until the dispute is decided', async () => {
    const lesson = await disputed(5_000);
    await service.publish(lesson.settled);
    await service.settled();
    expect(await service.eventsOf(lesson.paymentId)).toEqual([...PAID, 'payment.dispute_opened']);
    await close(lesson, true);
    const end = ['payment.dispute_opened', 'payment.dispute_closed', 'payment.released'];
    await service.untilEvents(lesson.paymentId, [...PAID, ...end]);
  });
});
