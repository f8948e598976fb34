import { verifyDatabase } from '@edtech/shared-kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BookedLesson } from './booking-events.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

const PAID = ['payment.created', 'payment.authorized', 'payment.completed'];
/** Sixteen minutes pass in a second. */
const FAST = { TIME_SCALE: '960' };
let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService(FAST);
});
afterAll(() => service.close());

async function booked(paymentMethodId: string): Promise<BookedLesson> {
  const lesson = new BookedLesson(paymentMethodId);
  await service.publish(lesson.requested);
  return lesson;
}
async function capturesOf({ paymentId }: BookedLesson): Promise<number> {
  const rows = await service.query('SELECT 1 FROM fake_provider_charges WHERE payment_id = $1 AND capture_ref IS NOT NULL', [
    paymentId,
  ]);
  return rows.length;
}

describe('a booking is requested', () => {
  test.each(['pm_ok', 'pm_timeout_then_ok', 'pm_duplicate_webhook', 'pm_out_of_order'])(
    'and paid with %s: charged once, recorded once, whatever is lost, repeated or late',
    async (paymentMethodId) => {
      const lesson = await booked(paymentMethodId);
      await service.untilEvents(lesson.paymentId, PAID);
      await service.settled();
      expect(await service.eventsOf(lesson.paymentId)).toEqual(PAID);
      expect(await capturesOf(lesson)).toBe(1);
    },
  );

  test('scenario 7: a declined card fails the payment', async () => {
    const { paymentId } = await booked('pm_declined');
    await service.untilEvents(paymentId, ['payment.created', 'payment.failed']);
  });

  test('scenario 8: money that comes after the hold has expired goes back in full', async () => {
    const lesson = await booked('pm_slow_16min');
    await service.untilEvents(lesson.paymentId, ['payment.created', 'payment.authorized']);
    await service.publish(lesson.released);
    await service.untilEvents(lesson.paymentId, [
      'payment.created',
      'payment.authorized',
      'payment.cancelled',
      'payment.completed',
      'payment.refund_requested',
      'payment.refund_approved',
      'payment.refunded',
    ]);
    const [charge] = await service.query('SELECT amount, refunded FROM fake_provider_charges WHERE payment_id = $1', [
      lesson.paymentId,
    ]);
    expect(charge).toEqual({ amount: 5_000, refunded: 5_000 });
  });

  test('and the bank disputes the charge a day later: the dispute is open', async () => {
    const { paymentId } = await booked('pm_dispute_after_1d');
    await service.untilEvents(paymentId, PAID);
    await service.query(`UPDATE fake_provider_webhooks SET due_at = now() WHERE body LIKE '%dispute.opened%'`);
    await service.untilEvents(paymentId, [...PAID, 'payment.dispute_opened']);
  });
});

test('what the service has stored agrees with itself', async () => {
  await service.settled();
  const url = service.environment['DATABASE_URL'] ?? '';
  const { violations, undecided } = await verifyDatabase(url, { service: 'payment-service' });
  expect({ violations, undecided }).toEqual({ violations: [], undecided: [] });
});
