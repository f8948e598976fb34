import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { OpenItems, type OpenItemsOfUser } from '../../application/interfaces/open-items.interface.ts';

@Injectable()
export class SqlOpenItems extends OpenItems {
  constructor(private readonly database: Database) {
    super();
  }

  async of(userId: string): Promise<OpenItemsOfUser> {
    const { rows: counted } = await this.database.query<{ payments: number }>({
      name: 'open-payments',
      text: `SELECT (SELECT count(*) FROM payment_view WHERE is_open AND student_id = $1)::int
               + (SELECT count(*) FROM payment_view WHERE is_open AND tutor_id = $1 AND student_id <> $1)::int AS payments`,
      values: [userId],
    });
    const { rows: balance } = await this.database.query<{ currency: string; amount: number }>({
      name: 'open-balance',
      text: `SELECT currency, sum(available)::float8 AS amount FROM tutor_earnings WHERE tutor_id = $1
             GROUP BY currency HAVING sum(available) <> 0 ORDER BY currency`,
      values: [userId],
    });
    return { payments: counted[0]?.payments ?? 0, balance };
  }
}
