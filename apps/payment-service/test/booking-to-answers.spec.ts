import { afterAll, beforeAll, expect, test } from 'vitest';
import { BookedLesson } from './booking-events.fixture.ts';
import { finance } from './payment.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService();
});
afterAll(async () => service.close());

async function get(path: string, token: string): Promise<unknown> {
  const { status, body } = await service.call('GET', path, { token });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

test('scenario 13 as it runs: a lesson is booked and paid, cancelled late and half refunded; every answer shows it, and what was before', async () => {
  const lesson = new BookedLesson('pm_ok');
  const { paymentId, bookingId } = lesson;
  const student = service.tokens.user(lesson.studentId, 'student');
  const tutor = service.tokens.user(lesson.tutorId, 'tutor');
  const accountant = service.tokens.user(finance, 'admin', ['finance']);
  await service.publish(lesson.requested);
  await service.untilEvents(paymentId, ['payment.created', 'payment.authorized', 'payment.completed']);
  await service.settled();
  expect(await get(`/payments?bookingId=${bookingId}`, student)).toMatchObject({
    items: [{ id: paymentId, status: 'completed', refunded: 0, isOpen: true }],
  });
  const beforeRefund = new Date().toISOString();

  await service.publish(lesson.cancelled(5_000));
  await service.untilEvents(paymentId, [
    'payment.created',
    'payment.authorized',
    'payment.completed',
    'payment.refund_requested',
    'payment.refund_approved',
    'payment.refunded',
  ]);
  await service.settled();
  const half = { status: 'partially_refunded', totalRefunded: 2_500 };
  expect(await get(`/payments/${paymentId}`, tutor)).toMatchObject({ ...half, earningsReversed: 2_000 });
  expect(await get(`/payments/${paymentId}?asOf=${beforeRefund}`, tutor)).toMatchObject({
    status: 'completed',
    totalRefunded: 0,
  });
  expect(await get(`/payments?tutor=${lesson.tutorId}`, accountant)).toMatchObject({
    items: [{ id: paymentId, status: 'partially_refunded', refunded: 2_500, openRefunds: 0 }],
  });
  expect(await get('/payments/me/history', student)).toMatchObject({
    items: [
      { kind: 'refunded', amount: 2_500 },
      { kind: 'paid', amount: 5_000 },
    ],
  });
  const balance = (amount: number) => ({ items: [{ account: 'escrow', currency: 'USD', balance: amount }] });
  expect(await get('/ledger/balances?account=escrow', accountant)).toMatchObject(balance(2_500));
  expect(await get(`/ledger/balances?account=escrow&asOf=${beforeRefund}`, accountant)).toMatchObject(balance(5_000));
});
