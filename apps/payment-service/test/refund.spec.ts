import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BookedLesson, decided } from './booking-events.fixture.ts';
import { at, runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

const PAID = ['payment.created', 'payment.authorized', 'payment.completed'];
const DONE = ['payment.refund_requested', 'payment.refund_approved', 'payment.refunded'];
const finance = randomUUID();
let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService({ TIME_SCALE: '3600' });
});
afterAll(() => service.close());

async function paid(paymentMethodId = 'pm_ok', amount = 5_000): Promise<BookedLesson> {
  const lesson = new BookedLesson(paymentMethodId, amount);
  await service.publish(lesson.requested);
  await service.untilEvents(lesson.paymentId, PAID);
  return lesson;
}
async function payloadsOf({ paymentId }: BookedLesson, eventName: string): Promise<unknown[]> {
  const rows = await service.query(
    'SELECT payload FROM domain_events WHERE aggregate_id = $1 AND event_name = $2 ORDER BY stream_version',
    [paymentId, eventName],
  );
  return rows.map(({ payload }) => (typeof payload === 'string' ? JSON.parse(payload) : payload));
}
async function sentBack({ paymentId }: BookedLesson): Promise<unknown> {
  return (await service.query('SELECT refunded FROM fake_provider_charges WHERE payment_id = $1', [paymentId]))[0]?.['refunded'];
}

describe('S6: refunds by the rules for bookings', () => {
  test('scenario 9: late cancellation gives back the share that the rules say, named by the booking, once', async () => {
    const lesson = await paid();
    for (let n = 0; n < 3; n++) await service.publish(lesson.cancelled(5_000));
    await service.untilEvents(lesson.paymentId, [...PAID, ...DONE]);
    await service.settled();
    expect(await payloadsOf(lesson, 'payment.refunded')).toMatchObject([
      { refundId: lesson.bookingId, amount: 2_500, full: false, feeReversed: 500, earningsReversed: 2_000 },
    ]);
    expect(await sentBack(lesson)).toBe(2_500);
    await service.publish(lesson.settled);
    await service.untilEvents(lesson.paymentId, [...PAID, ...DONE, 'payment.released']);
    expect(await payloadsOf(lesson, 'payment.released')).toMatchObject([{ amount: 2_000, fee: 500 }]);
  });

  test('a tutor who does not come gives back everything, a student who does not come nothing', async () => {
    const [tutorMissed, studentMissed] = [await paid(), await paid()];
    await service.publish(tutorMissed.noShow('tutor', 10_000));
    await service.publish(studentMissed.noShow('student', 0));
    await service.untilEvents(tutorMissed.paymentId, [...PAID, ...DONE]);
    await service.settled();
    expect(await sentBack(tutorMissed)).toBe(5_000);
    expect(await service.eventsOf(studentMissed.paymentId)).toEqual(PAID);
  });

  test('an issue that was decided by a person goes back without a second decision, beside the refund by the rules', async () => {
    const lesson = await paid('pm_ok', 20_000);
    await service.publish(lesson.cancelled(2_500));
    await service.untilEvents(lesson.paymentId, [...PAID, ...DONE]);
    await service.publish(lesson.issueResolved(10_000, finance));
    await service.untilEvents(lesson.paymentId, [...PAID, ...DONE, ...DONE]);
    expect(await sentBack(lesson)).toBe(15_000);
  });

  test('the provider fails twice: the refund is tried again and sent once', async () => {
    const lesson = await paid('pm_refund_fails_twice');
    await service.publish(lesson.cancelled(10_000));
    const [requested = '', approved = '', refunded = ''] = DONE;
    const failed = 'payment.refund_failed';
    await service.untilEvents(lesson.paymentId, [...PAID, requested, approved, failed, failed, refunded]);
    expect(await payloadsOf(lesson, failed)).toMatchObject([{ retryable: true }, { retryable: true }]);
    expect(await sentBack(lesson)).toBe(5_000);
  });
});

describe('S6: refunds that people ask for', () => {
  async function ask(lesson: BookedLesson, token: string, body: object, key?: string) {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return service.call('POST', `/payments/${lesson.paymentId}/refunds`, { token, body, headers });
  }

  test('scenario 10: a refund above the limit waits for a second person, and the one who asked is not it', async () => {
    const lesson = await paid('pm_ok', 20_000);
    const support = randomUUID();
    const asked = await ask(lesson, service.tokens.user(support, 'admin', ['support']), { amount: 10_000, reason: 'goodwill' });
    expect(asked).toMatchObject({ status: 202, body: { needsApproval: true } });
    const refundId = String(at(asked.body, 'refundId'));
    await service.publish(decided(refundId, 'approved', support));
    await service.untilRows(`SELECT 1 FROM saga_commands WHERE key = '${refundId}' AND status = 'parked'`, 1);
    expect(await service.eventsOf(lesson.paymentId)).toEqual([...PAID, 'payment.refund_requested']);
    await service.publish(decided(refundId, 'approved', finance));
    await service.untilEvents(lesson.paymentId, [...PAID, ...DONE]);
    expect(await payloadsOf(lesson, 'payment.refund_approved')).toMatchObject([{ by: finance, auto: false }]);
    expect(await sentBack(lesson)).toBe(10_000);
  });

  test('a rejected one sends nothing', async () => {
    const lesson = await paid('pm_ok', 20_000);
    const asked = await ask(lesson, service.tokens.user(lesson.studentId, 'student'), { reason: 'did not like it' });
    await service.publish(decided(String(at(asked.body, 'refundId')), 'rejected', finance));
    await service.untilEvents(lesson.paymentId, [...PAID, 'payment.refund_requested', 'payment.refund_rejected']);
    expect(await sentBack(lesson)).toBe(0);
  });

  test('a small one of the student goes back at once; the same command again is the same refund', async () => {
    const lesson = await paid();
    const token = service.tokens.user(lesson.studentId, 'student');
    const answers = [
      await ask(lesson, token, { amount: 1_000, reason: 'too short' }, 'command-1'),
      await ask(lesson, token, { amount: 1_000, reason: 'too short' }, 'command-1'),
    ];
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(answers[0]).toMatchObject({ status: 202, body: { needsApproval: false } });
    await service.untilEvents(lesson.paymentId, [...PAID, ...DONE]);
    expect(await ask(lesson, token, { amount: 4_001, reason: 'all of it' })).toMatchObject({
      status: 422,
      body: { code: 'AMOUNT_EXCEEDS_REMAINING' },
    });
  });

  test('a stranger finds no payment, and after the settlement only support may refund', async () => {
    const lesson = await paid();
    const stranger = service.tokens.user(randomUUID(), 'student');
    expect(await ask(lesson, stranger, { reason: 'mine' })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    await service.publish(lesson.settled);
    await service.untilEvents(lesson.paymentId, [...PAID, 'payment.released']);
    const owner = service.tokens.user(lesson.studentId, 'student');
    expect(await ask(lesson, owner, { reason: 'late' })).toMatchObject({ status: 409, body: { code: 'INVALID_STATE' } });
    const support = service.tokens.user(randomUUID(), 'admin', ['support']);
    expect(await ask(lesson, support, { reason: 'goodwill' })).toMatchObject({ status: 202, body: { needsApproval: true } });
  });
});
