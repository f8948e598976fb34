import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { SettlementReports, type SettlementOfDay } from '../../application/interfaces/settlement-reports.interface.ts';

@Injectable()
export class SqlSettlementReports extends SettlementReports {
  constructor(private readonly database: Database) {
    super();
  }

  async ofDay(day: string): Promise<readonly SettlementOfDay[]> {
    const { rows } = await this.database.query<SettlementOfDay & Record<string, unknown>>({
      name: 'settlement-of-day',
      text: `SELECT day::text, currency, sum(captured)::float8 AS captured, sum(refunded)::float8 AS refunded,
               sum(disputed)::float8 AS disputed, sum(released)::float8 AS released, sum(fees)::float8 AS fees,
               sum(paid_out)::float8 AS "paidOut"
             FROM settlement_daily WHERE day = $1::date GROUP BY day, currency ORDER BY currency`,
      values: [day],
    });
    return rows;
  }
}
