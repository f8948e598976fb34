import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  PayoutList,
  type ListedPayout,
  type PayoutFilter,
  type PayoutPage,
} from '../../application/interfaces/payout-list.interface.ts';
import { PageCursor } from './page-cursor.ts';

const PAGE = 50;
const cursors = new PageCursor(z.tuple([z.iso.datetime(), z.guid()]), ['payouts']);

interface Row extends Omit<ListedPayout, 'amount' | 'scheduledAt'> {
  readonly amount: string;
  readonly scheduledAt: Date;
}

@Injectable()
export class SqlPayoutList extends PayoutList {
  constructor(private readonly database: Database) {
    super();
  }

  override async page({ tutorId, status, cursor }: PayoutFilter): Promise<PayoutPage> {
    const [before, beforeId] = cursor === undefined ? [null, null] : cursors.read(cursor);
    const { rows } = await this.database.query<Row>({
      name: 'payout-list-page',
      text: `SELECT payout_id AS "payoutId", tutor_id AS "tutorId", week, amount, currency, status, held_because AS "heldBecause",
               scheduled_at AS "scheduledAt" FROM payout_list
             WHERE ($1::text IS NULL OR tutor_id = $1) AND ($2::text IS NULL OR status = $2)
               AND ($3::timestamptz IS NULL OR (scheduled_at, payout_id) < ($3, $4))
             ORDER BY scheduled_at DESC, payout_id DESC LIMIT ${PAGE + 1}`,
      values: [tutorId ?? null, status ?? null, before, beforeId],
    });
    const payouts = rows.map((row) => ({ ...row, amount: Number(row.amount), scheduledAt: row.scheduledAt.toISOString() }));
    return cursors.pageOf(payouts, PAGE, ({ scheduledAt, payoutId }) => [scheduledAt, payoutId]);
  }

  override async unpaidOf(tutorId: string): Promise<string[]> {
    const { rows } = await this.database.query<{ payout_id: string }>({
      text: `SELECT payout_id FROM payout_list WHERE tutor_id = $1 AND status IN ('scheduled', 'processing', 'failed')
             ORDER BY payout_id`,
      values: [tutorId],
    });
    return rows.map((row) => row.payout_id);
  }
}
