import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PaymentProvider } from '../src/application/interfaces/payment-provider.interface.ts';
import { OutcomeUnknown, ProviderUnavailable } from '../src/application/interfaces/provider.errors.ts';
import { SIGNATURE_HEADER, signWebhook } from '../src/infrastructure/providers/webhook-signature.ts';
import { BookedLesson } from './booking-events.fixture.ts';
import { at, runningPaymentService, type Answer, type RunningPaymentService } from './running-payment-service.ts';

const SECRET = 'whsec_test';
const PAID = ['payment.created', 'payment.authorized', 'payment.completed'];
let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService({ TIME_SCALE: '960', FAKE_PROVIDER_WEBHOOK_SECRET: SECRET });
});
afterAll(() => service.close());

async function booked(paymentMethodId: string, events: readonly string[]): Promise<BookedLesson> {
  const lesson = new BookedLesson(paymentMethodId);
  await service.publish(lesson.requested);
  await service.untilEvents(lesson.paymentId, events);
  return lesson;
}
function confirm({ paymentId, studentId }: BookedLesson, body?: object, by = studentId): Promise<Answer> {
  return service.call('POST', `/payments/${paymentId}/confirm`, {
    token: service.tokens.user(by, 'student'),
    ...(body && { body }),
  });
}

describe('POST /payments', () => {
  test('is for services, answers where the charge stands, and is strict', async () => {
    const { bookingId, studentId, tutorId } = new BookedLesson('pm_ok');
    const body = { bookingId, studentId, tutorId, kind: 'regular', amount: 5_000, currency: 'EUR', paymentMethodId: 'pm_ok' };
    const token = service.tokens.service('matching-service');
    expect(await service.call('POST', '/payments', { token, body })).toMatchObject({
      status: 201,
      body: { status: 'completed' },
    });
    const student = service.tokens.user(studentId, 'student');
    expect((await service.call('POST', '/payments', { token: student, body })).status).toBe(403);
    const more = await service.call('POST', '/payments', { token, body: { ...body, paymentId: randomUUID() } });
    expect(more).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    const tooMuch = await service.call('POST', '/payments', { token, body: { ...body, amount: 2_147_483_648 } });
    expect(tooMuch).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  test('says what the student has to do', async () => {
    const { bookingId, studentId, tutorId } = new BookedLesson('pm_confirm');
    const body = { bookingId, studentId, tutorId, kind: 'trial', amount: 1, currency: 'GBP', paymentMethodId: 'pm_confirm' };
    const answer = await service.call('POST', '/payments', { token: service.tokens.service('matching-service'), body });
    expect(answer).toMatchObject({ status: 201, body: { status: 'pending', clientAction: { type: 'confirm' } } });
  });
});

describe('POST /payments/:id/confirm', () => {
  test('goes on with a payment that waits for its student', async () => {
    const lesson = await booked('pm_confirm', ['payment.created']);
    await service.untilRows(`SELECT 1 FROM fake_provider_operations WHERE key = '${lesson.paymentId}:authorize:1'`, 1);
    expect((await confirm(lesson, undefined, randomUUID())).status).toBe(404);
    expect(await confirm(lesson)).toMatchObject({ status: 200, body: { status: 'completed' } });
    await service.untilEvents(lesson.paymentId, PAID);
    expect(await confirm(lesson)).toMatchObject({ status: 409, body: { code: 'INVALID_STATE' } });
  });

  test.each([new ProviderUnavailable('query'), new OutcomeUnknown('a-key')])(
    'is 503 and to be repeated while the provider does not answer: %s',
    async (failure) => {
      const lesson = await booked('pm_confirm', ['payment.created']);
      await service.untilRows(`SELECT 1 FROM fake_provider_operations WHERE key = '${lesson.paymentId}:authorize:1'`, 1);
      const query = vi.spyOn(service.get(PaymentProvider), 'query').mockRejectedValueOnce(failure);
      const away = await confirm(lesson);
      expect(away).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      expect(away.headers.get('retry-after')).toBe('2');
      expect(query).toHaveBeenCalledOnce();
      query.mockRestore();
      expect(await confirm(lesson)).toMatchObject({ status: 200, body: { status: 'completed' } });
    },
  );

  test('another method may be tried, three in all', async () => {
    const failed = 'payment.attempt_failed';
    const lesson = await booked('pm_insufficient_funds', ['payment.created', failed]);
    expect(await confirm(lesson)).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect(await confirm(lesson, { paymentMethodId: 'pm_insufficient_funds' })).toMatchObject({ body: { status: 'failed' } });
    expect(await confirm(lesson)).toMatchObject({ status: 422, body: { code: 'ATTEMPTS_EXHAUSTED' } });
    await service.untilEvents(lesson.paymentId, ['payment.created', failed, failed, 'payment.failed']);
    const other = await booked('pm_insufficient_funds', ['payment.created', failed]);
    expect(await confirm(other, { paymentMethodId: 'pm_ok' })).toMatchObject({ body: { status: 'completed' } });
  });

  test('charges nobody twice while the first charge is under way', async () => {
    const lesson = await booked('pm_slow_16min', ['payment.created', 'payment.authorized']);
    expect(await confirm(lesson, { paymentMethodId: 'pm_ok' })).toMatchObject({ status: 200, body: { status: 'authorized' } });
    await service.untilEvents(lesson.paymentId, PAID);
    const charges = await service.query('SELECT 1 FROM fake_provider_charges WHERE payment_id = $1', [lesson.paymentId]);
    expect(charges).toHaveLength(1);
  });
});

describe('POST /payments/:id/cancel', () => {
  test('ends an open payment and lets its authorization go; captured money is refunded instead', async () => {
    const lesson = await booked('pm_confirm', ['payment.created']);
    const path = `/payments/${lesson.paymentId}/cancel`;
    const token = service.tokens.user(lesson.studentId, 'student');
    expect((await service.call('POST', path, { token: service.tokens.user(randomUUID(), 'student') })).status).toBe(404);
    for (let n = 0; n < 2; n++) {
      expect(await service.call('POST', path, { token })).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    }
    const paid = await booked('pm_ok', PAID);
    const owner = service.tokens.user(paid.studentId, 'student');
    const refused = await service.call('POST', `/payments/${paid.paymentId}/cancel`, { token: owner });
    expect(refused).toMatchObject({ status: 409, body: { code: 'USE_REFUND' } });
  });
});

describe('POST /payments/webhooks/:provider', () => {
  const report = (event: object): string => JSON.stringify({ providerEventId: `evt_${randomUUID()}`, ...event });
  function send(body: string, signature = signWebhook(SECRET, body, new Date()), provider = 'fake'): Promise<Answer> {
    return service.call('POST', `/payments/webhooks/${provider}`, { body, headers: { [SIGNATURE_HEADER]: signature } });
  }

  test('refuses what the provider has not signed just now', async () => {
    const { paymentId } = await booked('pm_confirm', ['payment.created']);
    const body = report({ type: 'payment.captured', paymentId, providerRef: 'ch_x', amount: 5_000, currency: 'USD' });
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const signature of ['', 't=1,v1=00', signWebhook('other', body, new Date()), signWebhook(SECRET, body, hourAgo)]) {
      expect(await send(body, signature)).toMatchObject({ status: 401, body: { code: 'BAD_SIGNATURE' } });
    }
    expect(await send(`${body} `, signWebhook(SECRET, body, new Date()))).toMatchObject({ status: 401 });
    expect((await send(body, undefined, 'stripe')).status).toBe(404);
    expect(await service.eventsOf(paymentId)).toEqual(['payment.created']);
  });

  test('refuses a signed body that says nothing known, and a payment that does not exist', async () => {
    expect(await send(report({ type: 'payment.vanished' }))).toMatchObject({ status: 400, body: { code: 'MALFORMED_WEBHOOK' } });
    const event = { type: 'payment.failed', paymentId: randomUUID(), code: 'lost', final: true };
    expect((await send(report(event))).status).toBe(404);
  });

  test('scenario 12: the same reports three times and out of order have one result', async () => {
    const { paymentId } = await booked('pm_confirm', ['payment.created']);
    const expiresAt = '2026-11-10T12:00:00.000Z';
    const captured = report({ type: 'payment.captured', paymentId, providerRef: 'ch_1', amount: 5_000, currency: 'USD' });
    const authorized = report({ type: 'payment.authorized', paymentId, providerRef: 'au_1', expiresAt });
    for (const body of [captured, authorized, captured, authorized, captured]) expect((await send(body)).status).toBe(204);
    await service.settled();
    expect(await service.eventsOf(paymentId)).toEqual(['payment.created', 'payment.completed']);
    const [event] = await service.query(
      `SELECT actor FROM domain_events WHERE event_name = 'payment.completed' AND aggregate_id = $1`,
      [paymentId],
    );
    expect(event?.['actor']).toBe('{"id":"system:provider-fake","type":"system"}');
  });

  test('writes down what does not fit', async () => {
    const { paymentId } = await booked('pm_ok', PAID);
    const declined = report({ type: 'payment.failed', paymentId, code: 'stolen_card', final: true });
    const other = report({ type: 'payment.captured', paymentId, providerRef: 'ch_9', amount: 1, currency: 'CHF' });
    for (const body of [declined, other, declined, other]) expect((await send(body)).status).toBe(204);
    await service.untilEvents(paymentId, [...PAID, 'payment.provider_mismatch', 'payment.provider_mismatch']);
  });

  test('opens and closes disputes; an end that overtakes its beginning has to come again', async () => {
    const { paymentId } = await booked('pm_ok', PAID);
    const about = { paymentId, disputeId: 'dp_1' };
    const lost = report({ type: 'dispute.closed', ...about, won: false });
    const money = { amount: 5_000, currency: 'USD', reasonCode: 'unrecognized', evidenceDueAt: '2026-11-10T12:00:00.000Z' };
    const opened = report({ type: 'dispute.opened', ...about, ...money });
    const second = report({ type: 'dispute.opened', ...about, ...money, disputeId: 'dp_2' });
    expect(await send(lost)).toMatchObject({ status: 409, body: { code: 'NOT_OPEN' } });
    for (const body of [opened, opened, second, lost, lost]) expect((await send(body)).status).toBe(204);
    await service.untilEvents(paymentId, [
      ...PAID,
      'payment.dispute_opened',
      'payment.provider_mismatch',
      'payment.dispute_closed',
    ]);
  });
});

test('the document of the API names what the routes take and answer', async () => {
  const { body } = await service.call('GET', '/docs-json');
  expect(JSON.stringify(at(body, 'paths'))).toContain('/payments/{id}/refunds');
});
