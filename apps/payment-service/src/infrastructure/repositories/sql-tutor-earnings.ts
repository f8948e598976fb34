import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { TutorEarnings, type Earnings } from '../../application/interfaces/tutor-earnings.interface.ts';

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

  override async openBalance(tutorId: string, currency: string): Promise<number> {
    const { rows } = await this.database.query<{ balance: string }>({
      name: 'tutor-open-balance',
      text: `SELECT coalesce((SELECT sum(earnings) FROM tutor_payments
                              WHERE tutor_id = $1 AND currency = $2 AND released AND payout_id IS NULL), 0)
                  - coalesce((SELECT sum(amount) FROM tutor_reversals
                              WHERE tutor_id = $1 AND currency = $2 AND payout_id IS NULL), 0) AS balance`,
      values: [tutorId, currency],
    });
    return Number(rows[0]?.balance ?? 0);
  }
}
