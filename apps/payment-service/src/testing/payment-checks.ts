import type { MemorySagas, SagaRow, ServicePorts } from '@edtech/shared-kernel/testing';
import {
  earningsLeft,
  isOpen,
  openDispute,
  remaining,
  type PaymentState,
  type RefundStatus,
} from '../domain/aggregates/payment.state.ts';
import { PaymentFacts } from './payment-facts.ts';
import type { PaymentTables } from './payment-tables.ts';
import type { SimulatedProvider } from './simulated-provider.ts';

const CURRENCIES = ['USD', 'EUR', 'GBP'] as const;

/** What must hold of payments at rest, by invariant. */
export function paymentChecks(tables: PaymentTables, provider: SimulatedProvider): NonNullable<ServicePorts['checks']> {
  const facts = (): PaymentFacts => new PaymentFacts(tables.database);
  return {
    I2: () => provider.refused,
    I4: () => effectsAtTheProvider(facts(), provider),
    I6: () => earningsOf(facts(), tables),
    I7: function* (sagas) {
      for (const { payoutId, finished } of tables.plans.committed.values())
        if (!finished) yield `the plan of payout ${payoutId} was not carried out`;
      yield* unendedSagas(facts(), sagas);
    },
    I8: function* () {
      yield* money(facts(), provider);
      yield* endedBookings(facts(), tables);
    },
  };
}

/** One effect per intent: a payment is captured once, a payout is paid once, and nothing stays reserved for what nobody waits for. */
function* effectsAtTheProvider({ payments, payouts }: PaymentFacts, { charges, transfers }: SimulatedProvider): Iterable<string> {
  for (const { id, status } of payments) {
    const mine = charges.filter(({ paymentId }) => paymentId === id);
    const captures = mine.filter(({ captureRef }) => captureRef !== undefined).length;
    if (captures > 1) yield `payment ${id} was captured ${captures} times`;
    const isOver = status === 'failed' || status === 'cancelled';
    if (isOver && mine.length > 0) yield `payment ${id} is ${status} and the provider still has ${mine[0]?.authorizationRef}`;
  }
  for (const { id, status } of payouts) {
    const paid = transfers.filter(({ reference }) => reference.startsWith(`${id}-`)).length;
    if (paid !== (status === 'paid' ? 1 : 0)) yield `payout ${id} is ${status} and was paid ${paid} times`;
  }
}

/** The rows of the read model that payouts are planned from are what the payments say. */
function* earningsOf({ payments }: PaymentFacts, { earnings }: PaymentTables): Iterable<string> {
  for (const payment of payments) {
    const row = earnings.committed.get(payment.id);
    if ((row === undefined) !== (payment.capturedAs === null))
      yield `payment ${payment.id} is ${payment.status}, its earnings say otherwise`;
    if (row === undefined) continue;
    const expected = payment.payoutId === null ? earningsLeft(payment) : payment.paidOut;
    if (row.earnings !== expected) yield `payment ${payment.id} leaves ${expected}, its earnings say ${row.earnings}`;
    if (row.payout_id !== payment.payoutId)
      yield `payment ${payment.id} is in payout ${payment.payoutId}, its earnings say ${row.payout_id}`;
  }
}

/** Each saga has ended, or waits for somebody. */
function* unendedSagas({ payments, payouts }: PaymentFacts, sagas: MemorySagas): Iterable<string> {
  const stuck = new Set(
    [...sagas.commands.committed.values()].flatMap(({ saga, key, status }) => (status === 'parked' ? `${saga} ${key}` : [])),
  );
  const refunds = new Map<string, RefundStatus>(
    payments.flatMap((payment) => payment.refunds.map(({ refundId, status }) => [refundId, status] as const)),
  );
  const waits: Readonly<Record<string, (row: SagaRow) => boolean>> = {
    'payment-service.charge': ({ key }) =>
      payments.some(({ id, status }) => id === key && (status === 'pending' || status === 'authorized')),
    // Of a refund that is unknown somebody has decided before it was asked for; one that failed waits for a person.
    'payment-service.refund': ({ key }) => !refunds.has(key) || refunds.get(key) === 'failed',
    'payment-service.release': ({ key }) => payments.every((payment) => payment.id !== key || !isReleasable(payment)),
    'payment-service.payout': ({ key }) => payouts.some(({ id, status }) => id === key && status === 'held'),
  };
  for (const row of sagas.instances.committed.values())
    if (row.status === 'running' && !stuck.has(`${row.saga} ${row.key}`) && waits[row.saga]?.(row) !== true)
      yield `${row.saga}/${row.key} goes on for ever: ${row.state}`;
}

function isReleasable(payment: PaymentState): boolean {
  const { capturedAs, settlement, refunds } = payment;
  if (capturedAs === null || settlement === 'released' || remaining(payment) === 0) return false;
  return openDispute(payment) === undefined && !refunds.some(isOpen);
}

/** Money neither appears nor vanishes. What a mismatch was recorded for is for a person to sort out. */
function* money(facts: PaymentFacts, { charges, transfers }: SimulatedProvider): Iterable<string> {
  const { payments, payouts } = facts;
  const doubtful = new Set(payments.filter(({ id }) => facts.hasMismatch(id)).map(({ currency }) => currency));
  for (const payment of payments) {
    const { id, amount, currency, totalRefunded, totalChargedBack, capturedAs, payoutId, deductions } = payment;
    if (totalRefunded + totalChargedBack > amount)
      yield `payment ${id} gave back ${totalRefunded + totalChargedBack} of ${amount}`;
    const charge = charges.find(({ paymentId, captureRef }) => paymentId === id && captureRef !== undefined);
    if ((charge === undefined) !== (capturedAs === null)) yield `payment ${id} is ${payment.status}, the provider says otherwise`;
    if (!facts.hasMismatch(id) && (charge?.refunded ?? 0) !== totalRefunded)
      yield `payment ${id} has ${totalRefunded} ${currency} refunded, the provider ${charge?.refunded ?? 0}`;
    for (const { payoutId: bearer } of deductions)
      if (bearer !== null && bearer === payoutId) yield `payment ${id} is paid and deducted by payout ${bearer}`;
  }
  for (const { id, amount } of payouts) {
    const paid = payments.filter(({ payoutId }) => payoutId === id).reduce((sum, { paidOut }) => sum + paidOut, 0);
    const deducted = payments
      .flatMap(({ deductions }) => deductions)
      .filter(({ payoutId }) => payoutId === id)
      .reduce((sum, deduction) => sum + deduction.amount, 0);
    if (amount !== paid - deducted) yield `payout ${id} is of ${amount}, its payments less deductions are ${paid - deducted}`;
  }
  for (const currency of CURRENCIES) {
    const lines = [...facts.books.values()].filter((line) => line.currency === currency);
    const drift = lines.reduce((sum, { debit, credit }) => sum + debit - credit, 0);
    if (drift !== 0) yield `the books of ${currency} are off by ${drift}`;
    if (doubtful.has(currency)) continue;
    const cash = charges
      .filter((charge) => charge.currency === currency && charge.captureRef !== undefined)
      .reduce(
        (sum, { amount, refunded, dispute }) => sum + (dispute === 'lost' || dispute === 'open' ? 0 : amount - refunded),
        0,
      );
    const out = transfers.filter((transfer) => transfer.currency === currency).reduce((sum, { amount }) => sum + amount, 0);
    if (facts.balance('provider_cash', currency) !== cash - out)
      yield `the books have ${facts.balance('provider_cash', currency)} ${currency}, the provider ${cash - out}`;
  }
}

/** Of a lesson that does not take place nothing is awaited, and what the rule gives back in full is not kept. */
function* endedBookings({ payments }: PaymentFacts, tables: PaymentTables): Iterable<string> {
  for (const { bookingId, refundBps } of tables.endedBookings.values.values()) {
    const payment = payments.find((one) => one.bookingId === bookingId);
    if (payment === undefined) continue;
    const { id, status, capturedAs, settlement, refunds, disputes } = payment;
    if (status === 'pending' || status === 'authorized') yield `payment ${id} is ${status}, its booking has ended`;
    const isPlain = settlement === 'held' && disputes.length === 0 && refunds.every((refund) => refund.status === 'refunded');
    if (isPlain && capturedAs !== null && refundBps === 10_000 && remaining(payment) > 0)
      yield `payment ${id} keeps ${remaining(payment)}, its booking has ended without a lesson`;
  }
}
