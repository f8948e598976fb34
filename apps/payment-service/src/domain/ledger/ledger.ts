import { UnknownEvent } from '@edtech/shared-kernel/domain';
import type { PaymentEvents } from '../aggregates/payment.aggregate.ts';
import type { Settlement } from '../aggregates/payment.state.ts';
import type { PayoutEvents } from '../aggregates/payout.aggregate.ts';
import type { Currency } from '../value-objects/money.vo.ts';

/**
 * `provider_cash` is what the platform has and `dispute_reserve` what it may get back; `escrow` and `tutor_payable` are what it owes, and
 * `platform_revenue` is what it has earned.
 */
export type Account = 'provider_cash' | 'escrow' | 'tutor_payable' | 'platform_revenue' | 'dispute_reserve';

const OF_DEBIT: readonly Account[] = ['provider_cash', 'dispute_reserve'];

/** What an account holds on the side that it is meant for: what the platform has, or owes, or has earned. */
export function balanceOf(account: Account, { debit, credit }: { readonly debit: number; readonly credit: number }): number {
  return OF_DEBIT.includes(account) ? debit - credit : credit - debit;
}

/** One line of the books, in minor units; one of `debit` and `credit` is zero. */
export interface LedgerEntry {
  readonly account: Account;
  readonly currency: Currency;
  readonly debit: number;
  readonly credit: number;
}

type PostingEvents = PaymentEvents | PayoutEvents;

/** What each event of a payment or a payout puts into the books. Leaving one out is a compile error. */
export type PostingRules = {
  readonly [C in PostingEvents as C['EVENT_NAME']]: (payload: InstanceType<C>['payload']) => readonly LedgerEntry[];
};

const nothing = (): readonly LedgerEntry[] => [];

/** The posting rules of the ledger. In each answer debit and credit add up to the same; lines of nothing are left out. */
export const postings: PostingRules = {
  'payment.created': nothing,
  'payment.authorized': nothing,
  'payment.completed': ({ amount, currency }) => post(currency, { provider_cash: amount }, { escrow: amount }),
  'payment.attempt_failed': nothing,
  'payment.failed': nothing,
  'payment.cancelled': nothing,
  'payment.refund_requested': nothing,
  'payment.refund_approved': nothing,
  'payment.refund_rejected': nothing,
  'payment.refunded': (refund) => post(refund.currency, takenFrom(refund), { provider_cash: refund.amount }),
  'payment.refund_failed': nothing,
  'payment.dispute_opened': ({ amount, currency }) => post(currency, { dispute_reserve: amount }, { provider_cash: amount }),
  'payment.dispute_closed': (dispute) =>
    dispute.outcome === 'won'
      ? post(dispute.currency, { provider_cash: dispute.amount }, { dispute_reserve: dispute.amount })
      : post(dispute.currency, takenFrom(dispute), { dispute_reserve: dispute.amount }),
  'payment.released': ({ amount, fee, currency }) =>
    post(currency, { escrow: amount + fee }, { tutor_payable: amount, platform_revenue: fee }),
  'payment.provider_mismatch': nothing,
  'payment.payout_assigned': nothing,
  'payment.reversal_deducted': nothing,
  'payout.scheduled': nothing,
  'payout.started': nothing,
  'payout.paid': ({ amount, currency }) => post(currency, { tutor_payable: amount }, { provider_cash: amount }),
  'payout.failed': nothing,
  'payout.held': nothing,
  'payout.hold_released': nothing,
};

/** What one event of a payment or a payout puts into the books. Throws UnknownEvent: books that leave an event out are wrong. */
export function entriesOf(eventName: string, payload: object): readonly LedgerEntry[] {
  const rules: Readonly<Record<string, (payload: never) => readonly LedgerEntry[]>> = postings;
  const rule = Object.hasOwn(rules, eventName) ? rules[eventName] : undefined;
  if (rule === undefined) throw new UnknownEvent('Ledger', eventName);
  return Reflect.apply(rule, undefined, [payload]);
}

const ACCOUNTS: readonly Account[] = ['provider_cash', 'escrow', 'tutor_payable', 'platform_revenue', 'dispute_reserve'];

type Sums = Readonly<Partial<Record<Account, number>>>;

interface Reversal {
  readonly settlement: Settlement;
  readonly amount: number;
  readonly feeReversed: number;
  readonly earningsReversed: number;
}

/** Held money is taken from escrow; released money from those who have it. */
function takenFrom({ settlement, amount, feeReversed, earningsReversed }: Reversal): Sums {
  return settlement === 'held' ? { escrow: amount } : { tutor_payable: earningsReversed, platform_revenue: feeReversed };
}

function post(currency: Currency, debits: Sums, credits: Sums): readonly LedgerEntry[] {
  return [
    ...lines(debits).map(({ account, sum }) => ({ account, currency, debit: sum, credit: 0 })),
    ...lines(credits).map(({ account, sum }) => ({ account, currency, debit: 0, credit: sum })),
  ];
}

function lines(sums: Sums): { readonly account: Account; readonly sum: number }[] {
  return ACCOUNTS.flatMap((account) => {
    const sum = sums[account] ?? 0;
    return sum === 0 ? [] : [{ account, sum }];
  });
}
