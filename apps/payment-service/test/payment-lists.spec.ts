import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';
import { PayoutRepository } from '../src/application/interfaces/payout.repository.ts';
import { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { Payout } from '../src/domain/aggregates/payout.aggregate.ts';
import { Money } from '../src/domain/value-objects/money.vo.ts';
import { finance, NOON, order, support } from './payment.fixture.ts';
import { MINIMUM, owed } from './payout.fixture.ts';
import { READ_MODELS, runningReadSide, type ReadSide } from './read-side.ts';
import type { Answer } from './running-payment-service.ts';

const [anna, ben, theo, tina] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
/** Refunded in part, then released, of Anna to Theo. */
const half = randomUUID();
/** Captured and in escrow, in euros, of Ben to Theo. */
const held = randomUUID();
/** A refund waits for a person, of Ben to Tina. */
const waiting = randomUUID();
/** The provider gave up on its refund, of Ben to Tina. */
const stuck = randomUUID();
/** Charged back, of Anna to Tina. */
const lost = randomUUID();
/** Never paid. */
const cancelled = randomUUID();
const bookingOf = new Map<string, string>([half, held, waiting, stuck, lost, cancelled].map((id) => [id, randomUUID()]));
const refundId = randomUUID();

let world: ReadSide;
/** Between the capture and the refund of `half`. */
let beforeRefund: string;

beforeAll(async () => {
  world = await runningReadSide();
  await pay(half, anna, theo, Money.of(5_000, 'USD'));
  await delay(5);
  beforeRefund = new Date().toISOString();
  await delay(5);
  await decide(half, refund(2_500), approve, (payment) => payment.recordRefund({ refundId, providerRef: 're_1' }));
  await decide(half, (payment) => payment.releaseFunds());
  await pay(held, ben, theo, Money.of(4_000, 'EUR'));
  await pay(waiting, ben, tina, Money.of(9_000, 'USD'));
  await decide(waiting, refund(9_000));
  await pay(stuck, ben, tina, Money.of(3_000, 'USD'));
  await decide(stuck, refund(3_000), approve, (payment) =>
    payment.recordRefundFailure({ refundId, providerEventId: 'evt_9', code: 'account_closed', retryable: false }),
  );
  await pay(lost, anna, tina, Money.of(2_000, 'USD'));
  const dispute = { disputeId: 'dp_1', amount: Money.of(2_000, 'USD'), reasonCode: 'fraudulent', evidenceDueAt: NOON };
  await decide(
    lost,
    (payment) => payment.openDispute({ ...dispute, providerEventId: 'evt_8' }),
    (payment) => payment.closeDispute({ disputeId: 'dp_1', outcome: 'lost' }),
  );
  await create(cancelled, anna, theo, Money.of(1_000, 'USD'));
  await decide(cancelled, (payment) => payment.cancel('the hold expired'));
  await world.service.handling(async () => {
    const payout = Payout.schedule({ ...owed(2_000), tutorId: theo }, MINIMUM);
    if (payout === undefined) throw new Error('the balance is high enough');
    payout.start('tr_1');
    payout.recordPaid('tr_1');
    await world.service.get(PayoutRepository).add(payout);
  });
  await world.caughtUp();
});
afterAll(async () => world.close());

async function create(paymentId: string, studentId: string, tutorId: string, price: Money): Promise<void> {
  const bookingId = bookingOf.get(paymentId) ?? randomUUID();
  const payment = Payment.create({ ...order, paymentId, bookingId, studentId, tutorId, price });
  await world.service.handling(() => world.service.get(PaymentRepository).add(payment));
  await delay(2);
}

async function pay(paymentId: string, studentId: string, tutorId: string, price: Money): Promise<void> {
  await create(paymentId, studentId, tutorId, price);
  await decide(paymentId, (payment) =>
    payment.complete({ providerRef: `ch_${paymentId}`, providerEventId: `evt_${paymentId}`, price }),
  );
}

async function decide(paymentId: string, ...decisions: readonly ((payment: Payment) => void)[]): Promise<void> {
  const payments = world.service.get(PaymentRepository);
  for (const decision of decisions) await world.service.handling(() => payments.change(paymentId, decision));
}

function refund(amount: number) {
  return (payment: Payment): void =>
    payment.requestRefund(
      { refundId, amount, reason: 'tutor ill', requestedBy: support, source: 'support' },
      { autoApproveLimit: 0 },
    );
}

function approve(payment: Payment): void {
  payment.approveRefund({ refundId, by: finance, auto: false });
}

function get(path: string, token = world.service.tokens.user(finance, 'admin', ['finance'])): Promise<Answer> {
  return world.service.call('GET', path, { token });
}

function as(id: string, role = 'student'): string {
  return world.service.tokens.user(id, role);
}

interface Listed {
  readonly items: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];
  readonly next: string | null;
}

async function listed(path: string, token?: string): Promise<Listed> {
  const { status, body } = await get(path, token);
  expect(status, JSON.stringify(body)).toBe(200);
  const { items, next } = Object(body);
  return { items, next };
}

async function idsOf(path: string, token?: string): Promise<string[]> {
  return (await listed(path, token)).items.map(({ id }) => id);
}

describe('GET /payments', () => {
  test('newest first, for finance everybody’s', async () => {
    expect(await idsOf('/payments')).toEqual([cancelled, lost, stuck, waiting, held, half]);
    expect(await idsOf(`/payments?student=${ben}&status=completed`)).toEqual([stuck, waiting, held]);
    expect(await idsOf(`/payments?tutor=${theo}`)).toEqual([cancelled, held, half]);
    expect(await idsOf(`/payments?from=${beforeRefund}`)).toEqual([cancelled, lost, stuck, waiting, held]);
    expect(await idsOf(`/payments?to=${beforeRefund}`)).toEqual([half]);
  });

  test('of a booking', async () => {
    expect(await idsOf(`/payments?bookingId=${bookingOf.get(held)}`, as(ben))).toEqual([held]);
    expect(await idsOf(`/payments?bookingId=${bookingOf.get(held)}`, as(anna))).toEqual([]);
  });

  test('students and tutors get their own, whatever they ask for and whatever their role is by now', async () => {
    expect(await idsOf('/payments', as(anna))).toEqual([cancelled, lost, half]);
    expect(await idsOf('/payments', as(anna, 'tutor'))).toEqual([cancelled, lost, half]);
    expect(await idsOf('/payments', as(theo, 'tutor'))).toEqual([cancelled, held, half]);
    expect(await idsOf(`/payments?student=${ben}`, as(anna))).toEqual([]);
    expect(await idsOf(`/payments?student=${ben}`, as(theo, 'tutor'))).toEqual([held]);
    expect((await get('/payments', world.service.tokens.user(support, 'admin', ['support']))).status).toBe(403);
  });

  test('an item shows its side', async () => {
    const shown = {
      id: half,
      amount: 5_000,
      status: 'partially_refunded',
      settlement: 'released',
      refunded: 2_500,
      isOpen: false,
    };
    const [ofStudent] = (await listed(`/payments?bookingId=${bookingOf.get(half)}`, as(anna))).items;
    const [ofTutor] = (await listed(`/payments?bookingId=${bookingOf.get(half)}`, as(theo, 'tutor'))).items;
    expect(ofStudent).toMatchObject(shown);
    expect(Object.keys(ofStudent ?? {})).not.toEqual(expect.arrayContaining(['platformFee']));
    expect(Object.keys(ofStudent ?? {})).not.toEqual(expect.arrayContaining(['tutorEarnings']));
    expect(ofTutor).toMatchObject({ ...shown, platformFee: 1_000, tutorEarnings: 4_000 });
  });

  test('pages hold every payment once, also when new ones come meanwhile; a cursor is good for its own list', async () => {
    const first = await listed('/payments?limit=2');
    await create(randomUUID(), randomUUID(), randomUUID(), Money.of(1_000, 'USD'));
    await world.caughtUp();
    const seen = first.items.map(({ id }) => id);
    for (let { next } = first; next !== null;) {
      const page = await listed(`/payments?limit=2&cursor=${next}`);
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toEqual([cancelled, lost, stuck, waiting, held, half]);
    const own = await listed('/payments?limit=1', as(anna));
    expect(await idsOf(`/payments?limit=1&cursor=${own.next}`, as(anna))).toEqual([lost]);
    const problem = { status: 400, body: { code: 'INVALID_CURSOR' } };
    expect(await get(`/payments?limit=2&status=completed&cursor=${first.next}`)).toMatchObject(problem);
    expect(await get(`/payments?limit=1&cursor=${own.next}`)).toMatchObject(problem);
    for (const cursor of ['x', 'bnVsbA', Buffer.from('["a",["b","c"]]').toString('base64url')])
      expect(await get(`/payments?cursor=${cursor}`)).toMatchObject(problem);
  });
});

describe('what a student paid and got back', () => {
  test('line by line, newest first', async () => {
    const { items } = await listed('/payments/me/history', as(anna));
    expect(items.map(({ paymentId, kind, amount }) => [paymentId, kind, amount])).toEqual([
      [lost, 'charged_back', 2_000],
      [lost, 'paid', 2_000],
      [half, 'refunded', 2_500],
      [half, 'paid', 5_000],
    ]);
    expect(items[2]).toMatchObject({ bookingId: bookingOf.get(half), tutorId: theo, currency: 'USD' });
    const page = await listed('/payments/me/history?limit=3', as(anna));
    expect((await listed(`/payments/me/history?limit=3&cursor=${page.next}`, as(anna))).items).toHaveLength(1);
    expect((await get(`/payments/me/history?limit=3&cursor=${page.next}`, as(ben))).status).toBe(400);
  });
});

describe('the queue of refunds', () => {
  test('holds what waits for a person and what the provider gave up on, the longest waiting first', async () => {
    const { items } = await listed('/payments/refund-queue');
    expect(items).toMatchObject([
      { paymentId: waiting, refundId, amount: 9_000, currency: 'USD', status: 'requested', failure: null, requestedBy: support },
      { paymentId: stuck, refundId, amount: 3_000, status: 'failed', failure: 'account_closed', reason: 'tutor ill' },
    ]);
    const first = await listed('/payments/refund-queue?limit=1');
    expect((await listed(`/payments/refund-queue?limit=1&cursor=${first.next}`)).items).toEqual(items.slice(1));
    expect((await get('/payments/refund-queue', as(anna))).status).toBe(403);
  });
});

describe('the books', () => {
  interface Line {
    readonly account: string;
    readonly currency: string;
    readonly debit: number;
    readonly credit: number;
    readonly balance: number;
  }
  const balances = async (query = ''): Promise<Line[]> => Object((await get(`/ledger/balances${query}`)).body)['items'];
  const short = (lines: readonly Line[]): [string, number][] =>
    lines.map(({ account, currency, balance }) => [`${account} ${currency}`, balance]);

  test('balance in each currency', async () => {
    expect(short(await balances())).toEqual([
      ['dispute_reserve USD', 0],
      ['escrow EUR', 4_000],
      ['escrow USD', 12_000],
      ['platform_revenue USD', 500],
      ['provider_cash EUR', 4_000],
      ['provider_cash USD', 12_500],
      ['tutor_payable USD', 0],
    ]);
    const lines = await balances();
    for (const currency of ['USD', 'EUR']) {
      const own = lines.filter((line) => line.currency === currency);
      expect(own.reduce((sum, { debit, credit }) => sum + debit - credit, 0)).toBe(0);
    }
    expect(short(await balances('?account=escrow'))).toEqual([
      ['escrow EUR', 4_000],
      ['escrow USD', 12_000],
    ]);
  });

  test('as of an instant they are those of that instant, and as of now those of now', async () => {
    expect(short(await balances(`?asOf=${beforeRefund}`))).toEqual([
      ['escrow USD', 5_000],
      ['provider_cash USD', 5_000],
    ]);
    expect(await balances(`?asOf=${new Date().toISOString()}`)).toEqual(await balances());
    expect(await balances('?asOf=2020-01-01T00:00:00Z')).toEqual([]);
    expect((await get('/ledger/balances?account=petty_cash')).status).toBe(400);
    expect((await get('/ledger/balances', as(theo, 'tutor'))).status).toBe(403);
  });

  test('their lines page, and add up to the balances', async () => {
    const seen: Line[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: Answer = await get(`/ledger/entries?limit=4${next === '' ? '' : `&cursor=${next}`}`);
      const { items, next: following } = Object(page.body);
      seen.push(...items);
      next = following;
    }
    const sums = new Map<string, number>();
    for (const { account, currency, debit, credit } of seen) {
      const key = `${account} ${currency}`;
      sums.set(key, (sums.get(key) ?? 0) + debit - credit);
    }
    expect(new Set(seen.map((line) => JSON.stringify(line))).size).toBe(seen.length);
    for (const { account, currency, debit, credit } of await balances())
      expect(sums.get(`${account} ${currency}`), `${account} ${currency}`).toBe(debit - credit);
    const { items } = Object((await get(`/ledger/entries?account=escrow&to=${beforeRefund}`)).body);
    expect(items).toMatchObject([
      { account: 'escrow', debit: 0, credit: 5_000, eventName: 'payment.completed', aggregateId: half },
    ]);
  });

  test('a day as CSV', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const answer = await get(`/reports/settlement?date=${today}`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.body).toBe(
      [
        'date,currency,captured,refunded,disputed,released,fees,paid_out',
        `${today},EUR,4000,0,0,0,0,0`,
        `${today},USD,19000,2500,2000,2000,500,2000`,
        '',
      ].join('\r\n'),
    );
    expect((await get('/reports/settlement?date=2020-01-01')).body).toBe(
      'date,currency,captured,refunded,disputed,released,fees,paid_out\r\n',
    );
    for (const date of ['2026-02-30', '0000-01-01', 'today'])
      expect((await get(`/reports/settlement?date=${date}`)).status).toBe(400);
    expect((await get(`/reports/settlement?date=${today}`, as(theo, 'tutor'))).status).toBe(403);
  });
});

describe('GET /payments/internal/open-items/:userId', () => {
  test('counts what is not over, on either side, for services only', async () => {
    const service = world.service.tokens.service('user-service');
    const openOf = async (id: string) => (await get(`/payments/internal/open-items/${id}`, service)).body;
    expect(await openOf(ben)).toEqual({ payments: 3, balance: [] });
    expect(await openOf(tina)).toMatchObject({ payments: 2 });
    expect(await openOf(anna)).toEqual({ payments: 0, balance: [] });
    expect(await openOf(randomUUID())).toEqual({ payments: 0, balance: [] });
    expect((await get(`/payments/internal/open-items/${ben}`)).status).toBe(403);
    const headers = { 'x-edtech-gateway': '1' };
    const path = `/payments/internal/open-items/${ben}`;
    expect((await world.service.call('GET', path, { token: service, headers })).status).toBe(404);
  });
});

describe('the balance among the open items', () => {
  test('is what is the tutor’s and not paid, in each currency that is not even', async () => {
    const id = randomUUID();
    for (const [currency, available] of [
      ['USD', 2_000],
      ['USD', -500],
      ['EUR', 900],
      ['EUR', -900],
      ['GBP', -300],
    ]) {
      await world.service.query(
        `INSERT INTO tutor_earnings (event_id, tutor_id, currency, recorded_at, held, available, paid)
         VALUES (gen_random_uuid(), $1, $2, now(), 70, $3, 80)`,
        [id, currency, available],
      );
    }
    const { body } = await get(`/payments/internal/open-items/${id}`, world.service.tokens.service('user-service'));
    expect(body).toEqual({
      payments: 0,
      balance: [
        { currency: 'GBP', amount: -300 },
        { currency: 'USD', amount: 1_500 },
      ],
    });
  });
});

describe('a rebuild', () => {
  test.each(READ_MODELS.map((model) => [new model().name]))('of %s gives the same rows', async (name) => {
    await world.caughtUp();
    const status = await world.rebuilt(name);
    expect(status).toMatchObject({ state: 'swapped', error: null });
    expect(status?.comparison?.length).toBeGreaterThan(0);
    for (const table of status?.comparison ?? []) {
      expect(table).toMatchObject({ equal: true, live: table.rebuilt });
      expect(table.live, table.table).toBeGreaterThan(0);
    }
  });

  test('leaves everything as it was for readers, and the feed goes on', async () => {
    const before = await get('/payments?limit=100');
    for (const model of READ_MODELS) await world.rebuilt(new model().name);
    expect((await get('/payments?limit=100')).body).toEqual(before.body);
    await decide(held, (payment) => payment.releaseFunds());
    await world.caughtUp();
    expect((await listed(`/payments?bookingId=${bookingOf.get(held)}`)).items).toMatchObject([
      { settlement: 'released', isOpen: false },
    ]);
  });
});
