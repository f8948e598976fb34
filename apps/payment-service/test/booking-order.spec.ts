import { afterAll, beforeAll, expect, test } from 'vitest';
import { BookedLesson } from './booking-events.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService({ TIME_SCALE: '960' });
});
afterAll(() => service.close());

test('a booking that ends before it is requested is never charged, however often both are told', async () => {
  const lesson = new BookedLesson('pm_ok');
  for (const event of [lesson.released, lesson.released]) await service.publish(event);
  await service.settled();
  for (const event of [lesson.requested, lesson.requested]) await service.publish(event);
  await service.untilEvents(lesson.paymentId, ['payment.created', 'payment.cancelled']);
  await service.settled();
  expect(await service.eventsOf(lesson.paymentId)).toEqual(['payment.created', 'payment.cancelled']);
  expect(await service.query('SELECT 1 FROM fake_provider_charges WHERE payment_id = $1', [lesson.paymentId])).toEqual([]);
});

test('whatever the order and the repetitions, money that was taken for a released booking is all given back', async () => {
  const lessons = Array.from({ length: 8 }, () => new BookedLesson('pm_ok'));
  await Promise.all(
    lessons.flatMap((lesson) => [lesson.requested, lesson.released, lesson.requested, lesson.released].map(service.publish)),
  );
  await service.settled();
  for (const { paymentId } of lessons) {
    const events = await service.eventsOf(paymentId);
    expect(events.filter((name) => name === 'payment.created')).toHaveLength(1);
    expect(['payment.cancelled', 'payment.refunded']).toContain(events.at(-1));
    const [charge] = await service.query(
      'SELECT capture_ref, amount, refunded FROM fake_provider_charges WHERE payment_id = $1',
      [paymentId],
    );
    expect(charge?.['capture_ref'] ? charge['refunded'] : 5_000).toBe(5_000);
  }
});

test('a booking that is requested on two roads at once has one payment, charged once', async () => {
  const lesson = new BookedLesson('pm_ok');
  const { bookingId, studentId, tutorId, kind, amount, currency, paymentMethodId } = lesson.requested.payload;
  const body = { bookingId, studentId, tutorId, kind, amount, currency, paymentMethodId };
  const create = () => service.call('POST', '/payments', { token: service.tokens.service('matching-service'), body });
  const [first, second] = await Promise.all([create(), create(), service.publish(lesson.requested)]);
  for (const answer of [first, second]) expect(answer).toMatchObject({ status: 201, body: { paymentId: lesson.paymentId } });
  await service.settled();
  expect(await service.eventsOf(lesson.paymentId)).toEqual(['payment.created', 'payment.authorized', 'payment.completed']);
  expect(await service.query('SELECT 1 FROM fake_provider_charges WHERE payment_id = $1', [lesson.paymentId])).toHaveLength(1);
});
