import type { PaymentState } from '../domain/aggregates/payment.state.ts';
import type { PayoutState } from '../domain/aggregates/payout.state.ts';
import { PaymentFacts } from './payment-facts.ts';
import type { PaymentTables } from './payment-tables.ts';
import type { SimulatedProvider } from './simulated-provider.ts';

/** What an outsider sees of payments at rest. */
export function observed(tables: PaymentTables, { charges, transfers }: SimulatedProvider): object {
  const facts = new PaymentFacts(tables.database);
  const { accounts, customers, endedBookings, earnings, payouts, plans } = tables;
  return {
    payments: Object.fromEntries(facts.payments.map((payment) => [payment.id, shownPayment(payment)])),
    payouts: Object.fromEntries(facts.payouts.map((payout) => [payout.id, shownPayout(payout)])),
    books: Object.fromEntries([...facts.books].map(([place, { debit, credit }]) => [place, { debit, credit }])),
    accounts: Object.fromEntries(
      [...accounts.committed].map(([id, { accountRef, suspended }]) => [id, { accountRef, suspended }]),
    ),
    customers: Object.fromEntries(customers.committed),
    endedBookings: [...endedBookings.values.keys()].toSorted(),
    earnings: Object.fromEntries([...earnings.committed].map(([id, row]) => [id, { ...row, stream_version: undefined }])),
    payoutList: Object.fromEntries(
      [...payouts.committed].map(([id, { status, held_because }]) => [id, { status, held_because }]),
    ),
    unfinished: [...plans.committed.values()].filter(({ finished }) => !finished).length,
    erasures: facts.erased,
    captured: charges
      .filter(({ captureRef }) => captureRef !== undefined)
      .map(({ paymentId, amount, refunded, dispute }) => `${paymentId} ${amount} ${refunded} ${dispute}`)
      .toSorted(),
    transferred: transfers.map(({ reference, amount, currency }) => `${reference} ${amount} ${currency}`).toSorted(),
  };
}

/** Without instants, and without the names of reports: a report may find the payment told already. */
function shownPayment(payment: PaymentState): object {
  return { ...payment, authorization: undefined, providerEvents: undefined };
}

/** Approvals have ids made by chance. */
function shownPayout({ transfers, decisions, ...payout }: PayoutState): object {
  return { ...payout, transfers: transfers.length, decisions: decisions.length };
}
