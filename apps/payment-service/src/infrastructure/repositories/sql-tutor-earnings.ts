import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { TutorEarnings, type Earnings, type PayoutContents } from '../../application/interfaces/tutor-earnings.interface.ts';
import { deductionIdOf } from '../ids/deduction-id.ts';

interface OpenReversal {
  readonly paymentId: string;
  readonly reversalId: string;
  readonly amount: number;
}

@Injectable()
export class SqlTutorEarnings extends TutorEarnings {
  constructor(private readonly database: Database) {
    super();
  }

  override async of(tutorId: string, asOf?: Date): Promise<Earnings[]> {
    const { rows } = await this.database.query<{ currency: string; held: string; available: string; paid: string }>({
      name: 'tutor-earnings-of',
      text: `SELECT currency, sum(held) AS held, sum(available) AS available, sum(paid) AS paid FROM tutor_earnings
             WHERE tutor_id = $1 AND recorded_at <= coalesce($2, 'infinity'::timestamptz) GROUP BY currency ORDER BY currency`,
      values: [tutorId, asOf ?? null],
    });
    return rows.map(({ currency, held, available, paid }) => ({
      currency,
      held: Number(held),
      available: Number(available),
      paid: Number(paid),
    }));
  }

  override async openBalance(
    tutorId: string,
    currency: string,
    { paymentIds, deductions }: PayoutContents = { paymentIds: [], deductions: [] },
  ): Promise<number> {
    const { rows } = await this.database.query<{ released: string; reversals: readonly OpenReversal[] }>({
      name: 'tutor-open-balance',
      text: `SELECT coalesce((SELECT sum(earnings) FROM tutor_payments
                              WHERE tutor_id = $1 AND currency = $2 AND released AND payout_id IS NULL AND payment_id <> ALL($3)), 0) AS released,
                    coalesce((SELECT jsonb_agg(jsonb_build_object('paymentId', payment_id, 'reversalId', reversal_id, 'amount', amount))
                              FROM tutor_reversals WHERE tutor_id = $1 AND currency = $2 AND payout_id IS NULL), '[]') AS reversals`,
      values: [tutorId, currency, paymentIds],
    });
    const [{ released, reversals } = { released: '0', reversals: [] }] = rows;
    const owed = reversals.filter((reversal) => !deductions.includes(deductionIdOf(reversal)));
    return Number(released) - owed.reduce((sum, { amount }) => sum + amount, 0);
  }
}
