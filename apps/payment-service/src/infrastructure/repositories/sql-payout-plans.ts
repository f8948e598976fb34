import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { PayoutPlans, type PayoutPlan } from '../../application/interfaces/payout-plans.interface.ts';
import type { Currency } from '../../domain/value-objects/money.vo.ts';
import { deductionIdOf } from '../ids/deduction-id.ts';
import { stableId } from '../ids/stable-id.ts';

/** Names the checkpoint of the read model that plans are made from. */
const EARNINGS = 'payment-service.tutor_earnings';

interface PlannedReversal {
  readonly paymentId: string;
  readonly reversalId: string;
  readonly amount: number;
}

interface Balance {
  readonly tutor_id: string;
  readonly currency: Currency;
  readonly payment_ids: string[];
  readonly reversals: readonly PlannedReversal[];
}

interface PlanRow extends Balance {
  readonly payout_id: string;
  readonly week: string;
}

@Injectable()
export class SqlPayoutPlans extends PayoutPlans {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  override async planWeek({ week, dueAt }: { readonly week: string; readonly dueAt: Date }, minimum: number): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      const { rows: planned } = await client.query({ text: 'SELECT 1 FROM payout_weeks WHERE week = $1', values: [week] });
      if (planned.length > 0) return true;
      if (await isBehind(client, dueAt)) return false;
      const { rowCount } = await client.query({
        text: 'INSERT INTO payout_weeks (week, planned_at) VALUES ($1, now()) ON CONFLICT DO NOTHING',
        values: [week],
      });
      if (rowCount === 1) await insertPlans(client, week, await balancesFrom(client, minimum));
      return true;
    });
  }

  override async unfinished(): Promise<PayoutPlan[]> {
    return this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      const { rows } = await client.query<PlanRow>({
        text: `SELECT payout_id, week, tutor_id, currency, payment_ids, reversals FROM payout_plans WHERE finished_at IS NULL
               ORDER BY week, payout_id`,
      });
      return rows.map((row) => ({
        payoutId: row.payout_id,
        tutorId: row.tutor_id,
        week: row.week,
        currency: row.currency,
        paymentIds: row.payment_ids,
        reversals: row.reversals.map((reversal) => ({ ...reversal, deductionId: deductionIdOf(reversal) })),
      }));
    });
  }

  override async finish(payoutId: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      await client.query({
        text: 'UPDATE payout_plans SET finished_at = now() WHERE payout_id = $1 AND finished_at IS NULL',
        values: [payoutId],
      });
    });
  }
}

/** Whether the log has anything from before that instant that is not in the read model. */
async function isBehind(client: PoolClient, dueAt: Date): Promise<boolean> {
  const { rows } = await client.query({
    text: `SELECT 1 FROM domain_events WHERE recorded_at < $2
             AND position > coalesce((SELECT checkpoint FROM subscriptions WHERE name = $1), 0)
           UNION ALL SELECT 1 FROM domain_events WHERE recorded_at < $2 AND position IS NULL LIMIT 1`,
    values: [EARNINGS, dueAt],
  });
  return rows.length > 0;
}

async function balancesFrom(client: PoolClient, minimum: number): Promise<Balance[]> {
  const { rows } = await client.query<Balance>({
    text: `WITH payments AS (
             SELECT tutor_id, currency, array_agg(payment_id ORDER BY payment_id) AS payment_ids, sum(earnings) AS total
             FROM tutor_payments WHERE released AND payout_id IS NULL AND earnings > 0 GROUP BY tutor_id, currency),
           reversals AS (
             SELECT tutor_id, currency, sum(amount) AS total,
               jsonb_agg(jsonb_build_object('paymentId', payment_id, 'reversalId', reversal_id, 'amount', amount)
                 ORDER BY payment_id, reversal_id) AS list
             FROM tutor_reversals WHERE payout_id IS NULL GROUP BY tutor_id, currency)
           SELECT tutor_id, currency, payment_ids, coalesce(list, '[]') AS reversals
           FROM payments LEFT JOIN reversals USING (tutor_id, currency)
           WHERE payments.total - coalesce(reversals.total, 0) >= $1 ORDER BY tutor_id, currency`,
    values: [Math.max(minimum, 1)],
  });
  return rows;
}

async function insertPlans(client: PoolClient, week: string, balances: readonly Balance[]): Promise<void> {
  if (balances.length === 0) return;
  const plans = balances.map((balance) => ({
    payout_id: stableId('payout', balance.tutor_id, week, balance.currency),
    ...balance,
  }));
  await client.query({
    text: `INSERT INTO payout_plans (payout_id, week, tutor_id, currency, payment_ids, reversals)
           SELECT payout_id, $1, tutor_id, currency, payment_ids, reversals
           FROM jsonb_to_recordset($2::jsonb) AS plan (payout_id text, tutor_id text, currency text, payment_ids text[], reversals jsonb)`,
    values: [week, JSON.stringify(plans)],
  });
}
