import { PayoutPlans, type PayoutPlan } from '../application/interfaces/payout-plans.interface.ts';
import { deductionIdOf } from '../infrastructure/ids/deduction-id.ts';
import { stableId } from '../infrastructure/ids/stable-id.ts';
import type { PaymentTables } from './payment-tables.ts';
import type { EarningsRow, ReversalRow } from './projection-rows.ts';

interface Owed {
  readonly payments: readonly EarningsRow[];
  readonly reversals: readonly ReversalRow[];
}

/** Twin of the plans over Postgres, made from the rows that the projection has written. */
export class MemoryPayoutPlans extends PayoutPlans {
  constructor(
    private readonly tables: PaymentTables,
    /** Whether the read model lacks anything that was recorded before. */
    private readonly isBehind: (dueAt: Date) => boolean,
  ) {
    super();
  }

  async planWeek({ week, dueAt }: { readonly week: string; readonly dueAt: Date }, minimum: number): Promise<boolean> {
    const { database, weeks, plans, earnings, reversals } = this.tables;
    return database.run(async () => {
      if ((await weeks.get(week)) !== undefined) return true;
      if (this.isBehind(dueAt)) return false;
      if (!(await weeks.insert(week, { week }))) return true;
      const open = earnings.seenRows().filter((row) => row.released && row.payout_id === null && row.earnings > 0);
      for (const [owner, payments] of Map.groupBy(open, ({ tutor_id, currency }) => `${tutor_id} ${currency}`)) {
        const theirs = reversals
          .seenRows()
          .filter((row) => row.payout_id === null && `${row.tutor_id} ${row.currency}` === owner);
        const plan = planOf(week, { payments: sorted(payments), reversals: sorted(theirs) }, Math.max(minimum, 1));
        if (plan !== undefined) plans.set(plan.payoutId, { ...plan, finished: false });
      }
      return true;
    });
  }

  async unfinished(): Promise<PayoutPlan[]> {
    return (await this.tables.plans.rows()).filter(({ finished }) => !finished);
  }

  async finish(payoutId: string): Promise<void> {
    const known = await this.tables.plans.get(payoutId);
    if (known !== undefined) await this.tables.plans.put(payoutId, { ...known, finished: true });
  }
}

function planOf(week: string, { payments, reversals }: Owed, minimum: number): PayoutPlan | undefined {
  const [first] = payments;
  const balance =
    payments.reduce((sum, { earnings }) => sum + earnings, 0) - reversals.reduce((sum, { amount }) => sum + amount, 0);
  if (first === undefined || balance < minimum) return undefined;
  const { tutor_id: tutorId, currency } = first;
  return {
    payoutId: stableId('payout', tutorId, week, currency),
    tutorId,
    week,
    currency,
    paymentIds: payments.map(({ payment_id }) => payment_id),
    reversals: reversals.map(({ payment_id: paymentId, reversal_id: reversalId, amount }) => ({
      paymentId,
      reversalId,
      deductionId: deductionIdOf({ paymentId, reversalId }),
      amount,
    })),
  };
}

function sorted<R extends { readonly payment_id: string }>(rows: readonly R[]): R[] {
  return rows.toSorted((a, b) => (a.payment_id < b.payment_id ? -1 : 1));
}
