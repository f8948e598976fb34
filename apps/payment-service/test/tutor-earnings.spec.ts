import { deepStrictEqual } from 'node:assert/strict';
import { DomainError, type RecordedEvent } from '@edtech/shared-kernel/domain';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TutorEarningsProjection } from '../src/application/projections/tutor-earnings.projection.ts';
import { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { earningsLeft, type PaymentState } from '../src/domain/aggregates/payment.state.ts';
import { deductionIdOf } from '../src/infrastructure/ids/deduction-id.ts';
import { SqlTutorEarnings } from '../src/infrastructure/repositories/sql-tutor-earnings.ts';
import { aPaymentStory } from './payment-commands.arbitrary.ts';
import { paymentDatabase, type PaymentDatabase } from './payment-database.ts';
import {
  assigned,
  completed,
  created,
  deducted,
  disputeClosed,
  disputeOpened,
  halfRefunded,
  order,
  paymentId,
  payoutId,
  released,
  tutorId,
} from './payment.fixture.ts';
import { paidOut } from './payout.fixture.ts';
import { recordedStory } from './recorded-story.ts';

const projection = new TutorEarningsProjection();
const next = 'e0f6a7d3-2b81-4c59-9a46-1d7c5b3e8f02';
const lost = [created, completed, released, assigned, disputeOpened, disputeClosed('lost', 'released')];
let db: PaymentDatabase;
let earnings: SqlTutorEarnings;

beforeEach(async () => {
  db = await paymentDatabase();
  earnings = new SqlTutorEarnings(db.database);
});
afterEach(() => db.close());

async function project(events: readonly RecordedEvent[]): Promise<void> {
  const taken = events.filter(({ eventName }) => projection.events.includes(eventName));
  if (taken.length > 0) await db.database.withClient((client) => projection.project(taken, client));
}

async function rows(): Promise<object> {
  const all = async (table: string) =>
    (await db.database.query({ text: `SELECT row_to_json(t)::text AS row FROM ${table} t ORDER BY 1` })).rows;
  return {
    earnings: await all('tutor_earnings'),
    payments: await all('tutor_payments'),
    reversals: await all('tutor_reversals'),
  };
}

describe('what a tutor has', () => {
  test('goes from held to available to paid, and what is reversed is taken from where it is', async () => {
    await project(recordedStory(paymentId, [created, completed]));
    expect(await earnings.of(tutorId)).toEqual([{ currency: 'USD', held: 4_000, available: 0, paid: 0 }]);
    const afterHalf = recordedStory(paymentId, [...halfRefunded, released]).slice(2);
    await project(afterHalf.slice(0, 3));
    expect(await earnings.of(tutorId)).toEqual([{ currency: 'USD', held: 2_000, available: 0, paid: 0 }]);
  });

  test('is available once it is released, paid once the payout is, and below zero after a lost dispute', async () => {
    await project(recordedStory(paymentId, lost.slice(0, 4)));
    expect(await earnings.of(tutorId)).toEqual([{ currency: 'USD', held: 0, available: 4_000, paid: 0 }]);
    await project(recordedStory(payoutId, [paidOut(1)]));
    expect(await earnings.of(tutorId)).toEqual([{ currency: 'USD', held: 0, available: 2_000, paid: 2_000 }]);
    await project(recordedStory(paymentId, lost).slice(4));
    expect(await earnings.of(tutorId)).toEqual([{ currency: 'USD', held: 0, available: -2_000, paid: 2_000 }]);
    expect(await earnings.openBalance(tutorId, 'USD')).toBe(-4_000);
  });

  test('at an instant is what had been recorded by then', async () => {
    const story = recordedStory(paymentId, [created, completed, released]);
    await project(story);
    const at = (index: number) => new Date(story[index]?.recordedAt ?? '');
    expect(await earnings.of(tutorId, at(0))).toEqual([]);
    expect(await earnings.of(tutorId, at(1))).toEqual([{ currency: 'USD', held: 4_000, available: 0, paid: 0 }]);
    expect(await earnings.of(tutorId, at(2))).toEqual([{ currency: 'USD', held: 0, available: 4_000, paid: 0 }]);
  });
});

describe('the balance that no payout has', () => {
  test('is what is released and unassigned, less what is reversed and not deducted', async () => {
    const story = recordedStory(paymentId, [...lost, deducted(next)]);
    const balances: number[] = [];
    for (const event of story) {
      await project([event]);
      balances.push(await earnings.openBalance(tutorId, 'USD'));
    }
    expect(balances).toEqual([0, 0, 4_000, 0, 0, -4_000, 0]);
  });

  test('leaves out what a payout has, whether it is known to have it yet or not', async () => {
    const balanceBeside = (deductions: string[]) => earnings.openBalance(tutorId, 'USD', { paymentIds: [paymentId], deductions });
    await project(recordedStory(paymentId, lost).slice(0, 3));
    expect([await earnings.openBalance(tutorId, 'USD'), await balanceBeside([])]).toEqual([4_000, 0]);
    await project(recordedStory(paymentId, lost).slice(3));
    const deduction = deductionIdOf({ paymentId, reversalId: 'dp_1' });
    expect([await balanceBeside([]), await balanceBeside([deduction])]).toEqual([-4_000, 0]);
  });
});

/** The rest of a story in the payment's own words: where the tutor's money is. */
function expectedOf(state: PaymentState): object {
  const owed = state.deductions.filter((deduction) => deduction.payoutId === null);
  const left = state.capturedAs === null ? 0 : earningsLeft(state);
  const isReleased = state.settlement === 'released';
  return {
    held: isReleased ? 0 : left,
    available: isReleased ? left : 0,
    open: isReleased && state.payoutId === null ? left : owed.reduce((sum, { amount }) => sum - amount, 0),
  };
}

test('whatever happens to a payment, the rows say what the payment says, however the feed was cut and whatever comes twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      aPaymentStory,
      fc.array(fc.nat({ max: 8 }), { maxLength: 12 }),
      async ({ price, commissionBps, asks }, cuts) => {
        await db.database.query({ text: 'TRUNCATE tutor_earnings, tutor_payments, tutor_reversals' });
        const payment = Payment.create({ ...order, price, commissionBps });
        for (const { act } of asks) {
          try {
            act(payment);
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
          }
        }
        const story = recordedStory(paymentId, payment.getUncommittedEvents());
        let at = 0;
        for (const cut of cuts) {
          await project(story.slice(Math.max(0, at - 2), at + cut));
          at += cut;
        }
        await project(story.slice(at));
        const inPieces = await rows();
        const [sum = { held: 0, available: 0 }] = await earnings.of(tutorId);
        const open = await earnings.openBalance(tutorId, price.currency);
        deepStrictEqual({ held: sum.held, available: sum.available, open }, expectedOf(payment.snapshot));
        await project(story);
        deepStrictEqual(await rows(), inPieces, 'all of it once more changes nothing');
        await db.database.query({ text: 'TRUNCATE tutor_earnings, tutor_payments, tutor_reversals' });
        await project(story);
        deepStrictEqual(await rows(), inPieces, 'in one batch it is the same');
      },
    ),
    { numRuns: 60 },
  );
});
