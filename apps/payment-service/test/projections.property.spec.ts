import { deepStrictEqual } from 'node:assert/strict';
import { DomainError, type Projection, type ProjectionWriter, type RecordedEvent } from '@edtech/shared-kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LedgerProjection } from '../src/application/projections/ledger.projection.ts';
import { PaymentViewProjection } from '../src/application/projections/payment-view.projection.ts';
import { RefundQueueProjection } from '../src/application/projections/refund-queue.projection.ts';
import { SettlementDailyProjection } from '../src/application/projections/settlement-daily.projection.ts';
import { StudentHistoryProjection } from '../src/application/projections/student-history.projection.ts';
import { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { isOpen, remaining, type PaymentState } from '../src/domain/aggregates/payment.state.ts';
import { entriesOf } from '../src/domain/ledger/ledger.ts';
import { PayoutPaidEvent } from '../src/domain/events/payout-paid.event.ts';
import { feedOf } from './feed-of.ts';
import { paymentDatabase, type PaymentDatabase } from './payment-database.ts';
import { aPaymentStory } from './payment-commands.arbitrary.ts';
import { approved, completed, paymentId, payoutId, refunded, studentId, tutorId } from './payment.fixture.ts';

const PROJECTIONS: readonly Projection[] = [
  new LedgerProjection(),
  new SettlementDailyProjection(),
  new PaymentViewProjection(),
  new StudentHistoryProjection(),
  new RefundQueueProjection(),
];

let db: PaymentDatabase;
beforeAll(async () => {
  db = await paymentDatabase();
});
afterAll(async () => db.close());

interface Story {
  readonly feed: readonly RecordedEvent[];
  readonly states: ReadonlyMap<string, PaymentState>;
}

/** Some payments with a paid payout each, their events mixed as `order` says, each stream in its own order. */
const aStory = fc
  .record({ payments: fc.array(aPaymentStory, { minLength: 1, maxLength: 4 }), order: fc.infiniteStream(fc.nat({ max: 7 })) })
  .map(({ payments, order }): Story => {
    const states = new Map<string, PaymentState>();
    const streams = payments.flatMap(({ price, commissionBps, asks }, n) => {
      const id = idOf('a', n);
      const payment = Payment.create({ paymentId: id, bookingId: idOf('b', n), studentId, tutorId, price, commissionBps });
      for (const { act } of asks) {
        try {
          act(payment);
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
        }
      }
      states.set(id, payment.snapshot);
      const { amount, currency } = price;
      const paid = new PayoutPaidEvent({ payoutId, tutorId, amount, currency, paymentIds: [id], providerRef: `tr_${n}` });
      return [feedOf(id, payment.getUncommittedEvents()), feedOf(idOf('c', n), [paid])];
    });
    const feed: RecordedEvent[] = [];
    for (const pick of order) {
      const going = streams.filter((stream) => stream.length > 0);
      const next = going[pick % Math.max(going.length, 1)]?.shift();
      if (next === undefined) break;
      feed.push(next);
    }
    return { feed, states };
  });

/** Where the feed is cut, and how far each batch reaches back into the one before it. */
const aCutting = fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), again: fc.nat({ max: 10 }) }), {
  minLength: 1,
  maxLength: 6,
});

function idOf(digit: string, n: number): string {
  return `${digit.repeat(8)}-0000-4000-8000-00000000000${n}`;
}

function batchesOf(feed: readonly RecordedEvent[], cutting: readonly { size: number; again: number }[]): RecordedEvent[][] {
  const batches: RecordedEvent[][] = [];
  for (let at = 0, n = 0; at < feed.length; n++) {
    const { size, again } = cutting[n % cutting.length] ?? { size: 1, again: 0 };
    batches.push(feed.slice(Math.max(0, at - again), at + size));
    at += size;
  }
  return batches;
}

async function project(write: ProjectionWriter, batch: readonly RecordedEvent[]): Promise<void> {
  for (const projection of PROJECTIONS) {
    const events = batch.filter(({ eventName }) => projection.events.includes(eventName));
    if (events.length > 0) await projection.project(events, write);
  }
}

/** Runs `work` on empty tables and leaves them empty. */
async function undone<T>(work: (write: ProjectionWriter) => Promise<T>): Promise<T> {
  return db.database.withClient(async (client) => {
    await client.query('BEGIN');
    try {
      return await work(client);
    } finally {
      await client.query('ROLLBACK');
    }
  });
}

async function rowsOf(write: ProjectionWriter): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const table of PROJECTIONS.flatMap(({ tables }) => tables))
    all[table] = (await write.query({ text: `SELECT * FROM ${table} AS t ORDER BY t::text` })).rows;
  return all;
}

interface Balance {
  readonly account: string;
  readonly currency: string;
  readonly debit: number;
  readonly credit: number;
}

async function balances(write: ProjectionWriter): Promise<Balance[]> {
  const { rows } = await write.query<Balance>({
    text: `SELECT account, currency, debit::float8, credit::float8 FROM ledger_balances ORDER BY account, currency`,
  });
  return rows;
}

/** Added up in memory, each event once. */
function balancesOf(events: Iterable<RecordedEvent>): Balance[] {
  const sums = new Map<string, Balance>();
  for (const { eventName, payload } of events)
    for (const { account, currency, debit, credit } of entriesOf(eventName, payload)) {
      const known = sums.get(`${account} ${currency}`) ?? { account, currency, debit: 0, credit: 0 };
      sums.set(`${account} ${currency}`, { account, currency, debit: known.debit + debit, credit: known.credit + credit });
    }
  return [...sums.values()].toSorted((a, b) => (`${a.account} ${a.currency}` < `${b.account} ${b.currency}` ? -1 : 1));
}

test('after every batch the books balance in each currency and hold each event once, however the feed is cut and whatever comes again', async () => {
  await fc.assert(
    fc.asyncProperty(aStory, aCutting, async ({ feed }, cutting) => {
      await undone(async (write) => {
        const seen = new Map<string, RecordedEvent>();
        for (const batch of batchesOf(feed, cutting)) {
          await project(write, batch);
          for (const event of batch) seen.set(event.eventId, event);
          const now = await balances(write);
          deepStrictEqual(now, balancesOf(seen.values()));
          const sides = new Map<string, number>();
          for (const { currency, debit, credit } of now) sides.set(currency, (sides.get(currency) ?? 0) + debit - credit);
          expect([...sides.values()].every((difference) => difference === 0)).toBe(true);
        }
      });
    }),
    { numRuns: 40 },
  );
});

test('the rows of every projection are those of a feed that comes event by event', async () => {
  await fc.assert(
    fc.asyncProperty(aStory, aCutting, async ({ feed }, cutting) => {
      const one = await undone(async (write) => {
        for (const event of feed) await project(write, [event]);
        return rowsOf(write);
      });
      const many = await undone(async (write) => {
        for (const batch of batchesOf(feed, cutting)) await project(write, batch);
        // Everything once more, the oldest last.
        for (const batch of batchesOf(feed, cutting).toReversed()) await project(write, batch);
        return rowsOf(write);
      });
      deepStrictEqual(many, one);
    }),
    { numRuns: 15 },
  );
});

test('the rows of a payment say what its aggregate says', async () => {
  await fc.assert(
    fc.asyncProperty(aStory, async ({ feed, states }) => {
      await undone(async (write) => {
        await project(write, feed);
        for (const [id, state] of states) {
          const values = [id];
          const { rows: views } = await write.query({
            text: `SELECT status, settlement, dispute, amount::float8, refunded::float8, charged_back::float8, open_refunds, is_open, stream_version
                   FROM payment_view WHERE payment_id = $1`,
            values,
          });
          const open = state.refunds.filter(isOpen).length;
          const dispute = state.disputes.at(-1)?.status ?? 'none';
          const isUnpaid = ['pending', 'authorized'].includes(state.status);
          const isHeld = state.capturedAs !== null && state.settlement === 'held' && remaining(state) > 0;
          deepStrictEqual(
            { ...views[0] },
            {
              status: state.status,
              settlement: state.settlement,
              dispute,
              amount: state.amount,
              refunded: state.totalRefunded,
              charged_back: state.totalChargedBack,
              open_refunds: open,
              is_open: isUnpaid || isHeld || open > 0 || dispute === 'open',
              stream_version: feed.filter(({ aggregateId }) => aggregateId === id).length,
            },
          );
          const { rows: refunds } = await write.query({
            text: 'SELECT refund_id, amount::float8, status, waits FROM refund_queue WHERE payment_id = $1 ORDER BY refund_id',
            values,
          });
          deepStrictEqual(
            refunds.map((row) => ({ ...row })),
            state.refunds
              .map(({ refundId, amount, status, needsApproval }) => ({
                refund_id: refundId,
                amount,
                status,
                waits: status === 'failed' || (status === 'requested' && needsApproval),
              }))
              .toSorted((a, b) => (a.refund_id < b.refund_id ? -1 : 1)),
          );
          const { rows: lines } = await write.query<{ kind: string; sum: number }>({
            text: `SELECT kind, sum(amount)::float8 AS sum FROM student_history WHERE student_id = $2 AND payment_id = $1
                   GROUP BY kind ORDER BY kind`,
            values: [id, studentId],
          });
          const sums = Object.fromEntries(lines.map(({ kind, sum }) => [kind, sum]));
          expect(sums['paid'] ?? 0).toBe(state.capturedAs === null ? 0 : state.amount);
          expect(sums['refunded'] ?? 0).toBe(state.totalRefunded);
          expect(sums['charged_back'] ?? 0).toBe(state.totalChargedBack);
        }
      });
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['payment_view', new PaymentViewProjection(), [completed]],
  ['refund_queue', new RefundQueueProjection(), [approved]],
  ['student_history', new StudentHistoryProjection(), [refunded]],
])('%s refuses what has no beginning, instead of guessing it', async (_name, projection, events) => {
  await expect(undone((write) => projection.project(feedOf(paymentId, events), write))).rejects.toThrow(/begins with|student_id/);
});
