import { randomUUID } from 'node:crypto';
import { ApprovalDecided, UserCreated, UserErasureRequested, UserReactivated } from '@edtech/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PayoutRepository } from '../src/application/interfaces/payout.repository.ts';
import { FAKE_ACCOUNTS } from '../src/infrastructure/providers/fake.provider.ts';
import { PayoutWorld, tutorOf } from './payouts.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

let service: RunningPaymentService;
let world: PayoutWorld;
let weeks = 0;
/** No two tests share a week. */
const nextWeek = (): string => `20${30 + Math.floor(++weeks / 50)}-W${String((weeks % 50) + 1).padStart(2, '0')}`;
const [ada, grace] = [randomUUID(), randomUUID()];
const finance = (id: string) => service.tokens.user(id, 'admin', ['finance']);

beforeAll(async () => {
  service = await runningPaymentService();
  world = new PayoutWorld(service);
});
afterAll(() => service.close());

const paidAtOnce = ['payout.scheduled', 'payout.started', 'payout.paid'];

describe('on Monday', () => {
  test('released money is paid out, each payment once, and the books balance', async () => {
    const tutorId = await world.openAccount(tutorOf());
    const before = { cash: await world.balanceOf('provider_cash'), payable: await world.balanceOf('tutor_payable') };
    const paymentIds = [await world.released(tutorId, 4_000), await world.released(tutorId, 2_400)];
    await world.captured(tutorId, 8_000);
    const week = nextWeek();
    await world.week(week);
    const payoutId = await world.payoutOf(tutorId);
    await service.untilEvents(payoutId, paidAtOnce);
    const { snapshot } = await service.get(PayoutRepository).get(payoutId);
    expect(snapshot).toMatchObject({ tutorId, week, amount: 6_400, currency: 'USD', status: 'paid' });
    expect(snapshot.paymentIds.toSorted()).toEqual(paymentIds.toSorted());
    await service.settled();
    expect(await world.balanceOf('tutor_payable')).toBe(before.payable);
    expect(await world.balanceOf('provider_cash')).toBe(before.cash + 5_000 + 3_000 + 10_000 - 6_400);
    const token = service.tokens.user(tutorId, 'tutor');
    expect((await service.call('GET', '/payments/me/earnings', { token })).body).toEqual([
      { currency: 'USD', held: 8_000, available: 0, paid: 6_400 },
    ]);
  });

  test('a balance below the minimum waits until a later week brings enough', async () => {
    const tutorId = await world.openAccount(tutorOf());
    await world.released(tutorId, 1_600);
    await world.week(nextWeek());
    expect(await world.payoutsOf(tutorId)).toEqual([]);
    await world.released(tutorId, 800);
    await world.week(nextWeek());
    expect((await service.get(PayoutRepository).get(await world.payoutOf(tutorId))).snapshot.amount).toBe(2_400);
  });

  test('a week is paid once: what is released after it was planned waits for the next', async () => {
    const tutorId = await world.openAccount(tutorOf());
    const week = nextWeek();
    await world.released(tutorId, 4_000);
    await world.week(week);
    await world.released(tutorId, 4_000);
    await world.week(week);
    expect(await world.payoutsOf(tutorId)).toHaveLength(1);
    await world.week(nextWeek());
    expect(await world.payoutsOf(tutorId)).toHaveLength(2);
  });

  test('each currency is a payout of its own', async () => {
    const tutorId = await world.openAccount(tutorOf());
    await world.released(tutorId, 4_000, 'USD');
    await world.released(tutorId, 3_200, 'EUR');
    await world.week(nextWeek());
    const payouts = await Promise.all((await world.payoutsOf(tutorId)).map((id) => service.get(PayoutRepository).get(id)));
    expect(payouts.map(({ snapshot: { amount, currency } }) => `${amount} ${currency}`).toSorted()).toEqual([
      '3200 EUR',
      '4000 USD',
    ]);
  });
});

describe('money that went back', () => {
  test('before the payout makes it smaller; after it, the next one deducts it once', async () => {
    const tutorId = await world.openAccount(tutorOf());
    const first = await world.released(tutorId, 4_000);
    const gone = await world.released(tutorId, 4_000);
    await world.loseDispute(gone);
    await world.week(nextWeek());
    expect((await service.get(PayoutRepository).get(await world.payoutOf(tutorId))).snapshot.amount).toBe(4_000);
    await world.loseDispute(first);
    await world.released(tutorId, 8_000);
    await world.week(nextWeek());
    await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    const payouts = await Promise.all((await world.payoutsOf(tutorId)).map((id) => service.get(PayoutRepository).get(id)));
    expect(payouts.map(({ snapshot }) => snapshot.amount)).toEqual([4_000, 4_000, 4_000]);
    expect((await service.call('GET', '/payments/me/earnings', { token: service.tokens.user(tutorId, 'tutor') })).body).toEqual([
      { currency: 'USD', held: 0, available: 0, paid: 12_000 },
    ]);
  });

  test('a dispute lost after the release makes the balance negative: nothing new is scheduled, and what is waiting is held', async () => {
    const tutorId = await world.openAccount(tutorOf(FAKE_ACCOUNTS.reopened));
    const paymentId = await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    const payoutId = await world.payoutOf(tutorId);
    await service.untilEvents(payoutId, ['payout.scheduled', 'payout.started', 'payout.failed']);
    await world.loseDispute(paymentId);
    await world.nextDay(payoutId);
    await service.untilEvents(payoutId, ['payout.scheduled', 'payout.started', 'payout.failed', 'payout.held']);
    await world.released(tutorId, 3_200);
    await world.week(nextWeek());
    expect(await world.payoutsOf(tutorId)).toEqual([payoutId]);
    expect((await service.call('GET', `/payouts?tutor=${tutorId}`, { token: finance(ada) })).body).toMatchObject({
      items: [{ payoutId, status: 'held', heldBecause: 'negative_balance' }],
      next: null,
    });
  });
});

describe('a transfer', () => {
  test('that fails three times is held; a second person lets it go, and it is tried again', async () => {
    const tutorId = await world.openAccount(tutorOf(FAKE_ACCOUNTS.closed));
    await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    const payoutId = await world.payoutOf(tutorId);
    await world.nextDay(payoutId);
    await world.nextDay(payoutId);
    const failed = ['payout.started', 'payout.failed'];
    const threeTimes = ['payout.scheduled', ...failed, ...failed, ...failed, 'payout.held'];
    await service.untilEvents(payoutId, threeTimes);
    await world.publish(ApprovalDecided, {
      approvalId: randomUUID(),
      kind: 'payout_release',
      subjectId: payoutId,
      decision: 'approved',
      reason: 'the bank says it is open',
      decidedBy: grace,
    });
    await service.untilEvents(payoutId, [...threeTimes, 'payout.hold_released', ...failed]);
    const moved = await service.query(`SELECT outcome->>'outcome' AS outcome FROM fake_provider_operations WHERE key LIKE $1`, [
      `${payoutId}%`,
    ]);
    expect(moved.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed']);
  });

  test('that failed twice and pays then has paid once', async () => {
    const tutorId = await world.openAccount(tutorOf(FAKE_ACCOUNTS.reopened));
    await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    const payoutId = await world.payoutOf(tutorId);
    await world.nextDay(payoutId);
    await world.nextDay(payoutId);
    const failed = ['payout.started', 'payout.failed'];
    await service.untilEvents(payoutId, ['payout.scheduled', ...failed, ...failed, 'payout.started', 'payout.paid']);
  });

  test('whose reply is lost is asked for, not repeated', async () => {
    const tutorId = await world.openAccount(tutorOf(FAKE_ACCOUNTS.silent));
    await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    const payoutId = await world.payoutOf(tutorId);
    await service.untilEvents(payoutId, paidAtOnce);
    expect(await service.query('SELECT 1 FROM fake_provider_operations WHERE key LIKE $1', [`${payoutId}%`])).toHaveLength(1);
  });
});

describe('a hold', () => {
  test('of a person is let go by another one, over HTTP', async () => {
    const tutorId = await world.openAccount(tutorOf(FAKE_ACCOUNTS.reopened));
    await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    const payoutId = await world.payoutOf(tutorId);
    await service.untilEvents(payoutId, ['payout.scheduled', 'payout.started', 'payout.failed']);
    const post = (what: string, by: string) =>
      service.call('POST', `/payouts/${payoutId}/${what}`, {
        token: finance(by),
        body: { reason: 'looked at' },
        headers: { 'idempotency-key': randomUUID() },
      });
    expect(await post('hold', ada)).toMatchObject({ status: 200, body: { status: 'held' } });
    expect(await post('release', ada)).toMatchObject({ status: 403, body: { code: 'SAME_PERSON' } });
    expect(await post('release', grace)).toMatchObject({ status: 200 });
    await service.settled();
    expect(await post('release', grace)).toMatchObject({ status: 409, body: { code: 'INVALID_STATE' } });
  });

  test('stops the payouts of a suspended tutor, until the suspension is lifted', async () => {
    const tutorId = await world.openAccount(tutorOf(FAKE_ACCOUNTS.reopened));
    await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    const waiting = await world.payoutOf(tutorId);
    await service.untilEvents(waiting, ['payout.scheduled', 'payout.started', 'payout.failed']);
    await world.suspend(tutorId);
    await service.untilEvents(waiting, ['payout.scheduled', 'payout.started', 'payout.failed', 'payout.held']);
    await world.released(tutorId, 3_200);
    await world.week(nextWeek());
    const [, next = ''] = await world.payoutsOf(tutorId);
    await service.untilEvents(next, ['payout.scheduled', 'payout.held']);
    await world.publish(UserReactivated, { userId: tutorId }, tutorId, 6);
    await service.settled();
    await world.suspend(tutorId);
    await world.released(tutorId, 2_400);
    await world.week(nextWeek());
    const [, , last = ''] = await world.payoutsOf(tutorId);
    await service.untilEvents(last, ['payout.scheduled', 'payout.started', 'payout.failed']);
  });

  test('keeps the money of a tutor without an account', async () => {
    const tutorId = tutorOf();
    await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    await service.untilEvents(await world.payoutOf(tutorId), ['payout.scheduled', 'payout.held']);
  });
});

describe('who sees what', () => {
  test('a tutor sees the own payouts, finance all, a student none', async () => {
    const tutorId = await world.openAccount(tutorOf());
    await world.released(tutorId, 4_000);
    await world.week(nextWeek());
    const payoutId = await world.payoutOf(tutorId);
    await service.untilEvents(payoutId, paidAtOnce);
    await service.settled();
    const [own, other] = [tutorId, randomUUID()].map((id) => service.tokens.user(id, 'tutor'));
    const get = (path: string, token?: string) => service.call('GET', path, token === undefined ? {} : { token });
    expect(await get(`/payouts/${payoutId}`, own)).toMatchObject({
      status: 200,
      body: { payoutId, amount: 4_000, status: 'paid', history: paidAtOnce.map((eventName) => ({ eventName })) },
    });
    expect((await get(`/payouts/${payoutId}`, other)).status).toBe(404);
    expect((await get(`/payouts?tutor=${tutorId}`, other)).body).toEqual({ items: [], next: null });
    expect((await get('/payouts', own)).body).toMatchObject({ items: [{ payoutId }] });
    expect((await get('/payouts?status=paid&cursor=nonsense', finance(ada))).body).toMatchObject({ code: 'INVALID_CURSOR' });
    expect((await get('/payouts', service.tokens.user(randomUUID(), 'student'))).status).toBe(403);
    expect((await get('/payments/me/earnings?asOf=2026-01-01T00:00:00Z', own)).body).toEqual([]);
  });
});

test('a user who asks for it is forgotten, and it is confirmed once', async () => {
  const userId = await world.openAccount(tutorOf());
  await world.publish(UserCreated, {
    userId,
    email: 'ada@example.org',
    firstName: 'Ada',
    lastName: 'Lovelace',
    role: 'tutor',
    status: 'active',
    locale: 'en',
    timezone: 'UTC',
    isMinor: false,
  });
  await service.settled();
  expect(await service.query('SELECT customer_ref FROM payment_customers WHERE user_id = $1', [userId])).toEqual([
    { customer_ref: expect.stringMatching(/^cus_/) },
  ]);
  for (let n = 0; n < 2; n++) await world.publish(UserErasureRequested, { userId, dueAt: '2026-12-31T00:00:00.000Z' });
  await service.untilEvents(userId, ['payment.erasure_confirmed']);
  await world.openAccount(userId);
  await service.settled();
  expect(
    await service.query(
      'SELECT account_ref, customer_ref FROM payout_accounts JOIN payment_customers ON user_id = tutor_id WHERE user_id = $1',
      [userId],
    ),
  ).toEqual([{ account_ref: null, customer_ref: null }]);
  expect(await service.eventsOf(userId)).toEqual(['payment.erasure_confirmed']);
});
