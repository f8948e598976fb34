import { verifyDatabase } from '@edtech/shared-kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BookedLesson } from './booking-events.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

const METHODS = ['pm_ok', 'pm_timeout_then_ok', 'pm_duplicate_webhook', 'pm_refund_fails_twice'];
let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService({ TIME_SCALE: '3600' });
});
afterAll(() => service.close());

test('a bus that repeats and reorders, a store that refuses and loses replies: every lesson is charged once, refunded once, and the books balance', async () => {
  Object.assign(service.aws.faults.dynamodb, { throttle: 0.03, replyLost: 0.1, indexLagMs: 50 });
  Object.assign(service.aws.faults.bus, { duplicate: 0.3, reorderWindow: 5 });
  Object.assign(service.aws.faults.sqs, { duplicateReceive: 0.2 });
  const lessons = Array.from({ length: 8 }, (_, n) => new BookedLesson(METHODS[n % METHODS.length] ?? 'pm_ok'));
  await Promise.all(lessons.map(({ requested }) => service.publish(requested)));
  const recorded = (name: string) => `SELECT 1 FROM domain_events WHERE event_name = '${name}'`;
  await service.untilRows(recorded('payment.completed'), lessons.length, 60_000);
  await Promise.all(lessons.map((lesson, n) => service.publish(lesson.cancelled(n % 3 === 0 ? 10_000 : 5_000))));
  await service.untilRows(recorded('payment.refunded'), lessons.length, 60_000);
  Object.assign(service.aws.faults.dynamodb, { throttle: 0, replyLost: 0, indexLagMs: 0 });
  await service.settled();

  const charges = await service.query(
    'SELECT payment_id, capture_ref IS NOT NULL AS captured, refunded FROM fake_provider_charges',
  );
  expect(charges).toHaveLength(lessons.length);
  for (const [n, { paymentId }] of lessons.entries()) {
    const events = (await service.eventsOf(paymentId)).filter((name) => name !== 'payment.refund_failed');
    expect(events).toEqual([
      'payment.created',
      'payment.authorized',
      'payment.completed',
      'payment.refund_requested',
      'payment.refund_approved',
      'payment.refunded',
    ]);
    const refunded = n % 3 === 0 ? 5_000 : 2_500;
    expect(charges).toContainEqual({ payment_id: paymentId, captured: true, refunded });
  }
  const books = await service.query('SELECT account, (debit - credit)::int AS balance FROM ledger_balances ORDER BY account');
  expect(books).toEqual([
    { account: 'escrow', balance: -12_500 },
    { account: 'provider_cash', balance: 12_500 },
  ]);
  const { violations } = await verifyDatabase(service.environment['DATABASE_URL'] ?? '', { service: 'payment-service' });
  expect(violations).toEqual([]);
}, 150_000);
