import { DomainError, type BaseDomainEvent } from '@edtech/shared-kernel/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Books } from '../../../test/books.ts';
import { aPaymentStory } from '../../../test/payment-commands.arbitrary.ts';
import { aPayoutAsk } from '../../../test/payout-commands.arbitrary.ts';
import {
  approved,
  completed,
  completedLate,
  created,
  disputeClosed,
  disputeOpened,
  halfRefunded,
  order,
  payoutId,
  refunded,
  released,
  requested,
  tutorId,
} from '../../../test/payment.fixture.ts';
import { paidOut } from '../../../test/payout.fixture.ts';
import { Payment } from '../aggregates/payment.aggregate.ts';
import { Payout } from '../aggregates/payout.aggregate.ts';
import type { PaymentState } from '../aggregates/payment.state.ts';
import { PaymentRefundedEvent } from '../events/payment-refunded.event.ts';
import { PaymentReleasedEvent } from '../events/payment-released.event.ts';
import { entriesOf, type Account } from './ledger.ts';

const ACCOUNTS = ['provider_cash', 'escrow', 'tutor_payable', 'platform_revenue', 'dispute_reserve'] as const;

function balancesAfter(events: readonly BaseDomainEvent[], currency = 'USD'): Partial<Record<Account, number>> {
  const books = new Books();
  for (const event of events) books.post(event);
  return Object.fromEntries(
    ACCOUNTS.map((account) => [account, books.balance(account, currency)]).filter(([, sum]) => sum !== 0),
  );
}

const whole = { amount: 5_000, totalRefunded: 5_000, full: true, feeReversed: 1_000, earningsReversed: 4_000 };
const wholeRefunded = (settlement: 'held' | 'released') =>
  new PaymentRefundedEvent({ ...refunded.payload, ...whole, settlement });
const halfReleased = new PaymentReleasedEvent({ ...released.payload, amount: 2_000, fee: 500 });
const paid = [created, completed];

describe('the posting rules', () => {
  test.each([
    ['payment.completed', paid, { provider_cash: 5_000, escrow: 5_000 }],
    ['payment.completed, late', [created, completedLate], { provider_cash: 5_000, escrow: 5_000 }],
    ['payment.released', [...paid, released], { provider_cash: 5_000, tutor_payable: 4_000, platform_revenue: 1_000 }],
    ['payment.refunded, settlement held', halfRefunded, { provider_cash: 2_500, escrow: 2_500 }],
    [
      'payment.refunded, settlement released',
      [...paid, released, new PaymentRefundedEvent({ ...refunded.payload, settlement: 'released' })],
      { provider_cash: 2_500, tutor_payable: 2_000, platform_revenue: 500 },
    ],
    ['payment.dispute_opened', [...paid, disputeOpened], { escrow: 5_000, dispute_reserve: 5_000 }],
    ['payment.dispute_closed, won', [...paid, disputeOpened, disputeClosed('won')], { provider_cash: 5_000, escrow: 5_000 }],
    ['payment.dispute_closed, lost while held', [...paid, disputeOpened, disputeClosed('lost')], {}],
    ['payment.dispute_closed, lost after the release', [...paid, released, disputeOpened, disputeClosed('lost', 'released')], {}],
    ['a full refund of held money', [...paid, requested({ amount: 5_000 }), approved, wholeRefunded('held')], {}],
    ['a full refund of released money', [...paid, released, wholeRefunded('released')], {}],
    [
      'late cancellation, settlement and payout',
      [...halfRefunded, halfReleased, paidOut(1)],
      { provider_cash: 500, platform_revenue: 500 },
    ],
    [
      'a refund after the payout: the tutor owes the platform',
      [...halfRefunded, halfReleased, paidOut(1), new PaymentRefundedEvent({ ...refunded.payload, settlement: 'released' })],
      { provider_cash: -2_000, tutor_payable: -2_000 },
    ],
  ])('%s', (_what, events, balances) => expect(balancesAfter(events)).toEqual(balances));

  test('a line of nothing is left out', () => {
    const free = { ...released.payload, amount: 5_000, fee: 0 };
    expect(entriesOf('payment.released', free)).toEqual([
      { account: 'escrow', currency: 'USD', debit: 5_000, credit: 0 },
      { account: 'tutor_payable', currency: 'USD', debit: 0, credit: 5_000 },
    ]);
  });

  test.each(['payment.evaporated', 'constructor', ''])('an unknown event (%j) stops the books', (name) => {
    expect(() => entriesOf(name, {})).toThrow(expect.objectContaining({ code: 'UNKNOWN_EVENT' }));
  });
});

/** What the books must say of one payment in this state, apart from what was paid out. */
function owedFor(state: PaymentState): Record<Account, number> {
  const captured = state.capturedAs === null ? 0 : state.amount;
  const left = captured - state.totalRefunded - state.totalChargedBack;
  const disputed = state.disputes.find(({ status }) => status === 'open')?.amount ?? 0;
  const isReleased = state.settlement === 'released';
  return {
    provider_cash: left - disputed,
    escrow: isReleased ? 0 : left,
    tutor_payable: isReleased ? state.tutorEarnings - state.earningsReversed : 0,
    platform_revenue: isReleased ? state.platformFee - state.feeReversed : 0,
    dispute_reserve: disputed,
  };
}

test('whatever becomes of payments and their payout: debit is credit after every event, and the accounts say what the states say', () => {
  const reached = new Set<string>();
  const stories = fc.array(aPaymentStory, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(stories, fc.array(aPayoutAsk, { maxLength: 20 }), (payments, payoutAsks) => {
      const books = new Books();
      const total = new Map<string, number>();
      let owedToTutor = 0;
      for (const { price, commissionBps, asks } of payments) {
        const payment = Payment.create({ ...order, price, commissionBps });
        for (const { act } of asks) attempt(() => act(payment));
        for (const event of payment.getUncommittedEvents()) books.post(event);
        const { snapshot } = payment;
        for (const [account, sum] of Object.entries(owedFor(snapshot))) {
          const key = `${account} ${snapshot.currency}`;
          total.set(key, (total.get(key) ?? 0) + sum);
        }
        if (snapshot.currency === 'USD') owedToTutor += owedFor(snapshot).tutor_payable;
        if (snapshot.status === 'refunded' && snapshot.settlement === 'held') reached.add('refunded from escrow');
        if (snapshot.settlement === 'released' && snapshot.totalRefunded > 0) reached.add('refunded and released');
        if (snapshot.refunds.filter(({ status }) => status === 'refunded').length > 1) reached.add('refunded in parts');
        if (snapshot.totalChargedBack > 0) reached.add('charged back');
        if (snapshot.disputes.some(({ status }) => status === 'open')) reached.add('disputed');
      }
      const payout = Payout.schedule(
        { payoutId, tutorId, week: '2026-W45', balance: owedToTutor, currency: 'USD', paymentIds: [], deductions: [] },
        { minimum: 1 },
      );
      if (payout !== undefined) {
        for (const { act } of payoutAsks) attempt(() => act(payout));
        for (const event of payout.getUncommittedEvents()) books.post(event);
        if (payout.status === 'paid') {
          reached.add('paid out');
          for (const key of ['tutor_payable USD', 'provider_cash USD']) total.set(key, (total.get(key) ?? 0) - owedToTutor);
          expect(books.balance('tutor_payable', 'USD')).toBe(0);
        }
      }
      for (const currency of ['USD', 'EUR', 'GBP']) {
        for (const account of ACCOUNTS) {
          expect(books.balance(account, currency), `${account} ${currency}`).toBe(total.get(`${account} ${currency}`) ?? 0);
        }
      }
    }),
    { numRuns: 400 },
  );
  expect([...reached].toSorted()).toEqual([
    'charged back',
    'disputed',
    'paid out',
    'refunded and released',
    'refunded from escrow',
    'refunded in parts',
  ]);
});

/** What is refused is of no interest here: it leaves no event. */
function attempt(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}
