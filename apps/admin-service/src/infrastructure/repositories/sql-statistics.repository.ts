import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import {
  Statistics,
  type DecisionKind,
  type Metric,
  type MoneyMetric,
  type Report,
} from '../../application/interfaces/statistics.interface.ts';

interface Total {
  readonly metric: string;
  readonly currency: string;
  readonly total: string;
}

@Injectable()
export class SqlStatistics extends Statistics {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  count(metric: Metric, at: string): Promise<void> {
    return this.#add(metric, '', 1, at);
  }

  addMoney(metric: MoneyMetric, currency: string, amount: number, at: string): Promise<void> {
    return this.#add(metric, currency, amount, at);
  }

  opened(kind: DecisionKind, id: string, at: string): Promise<void> {
    return this.#note('opened_at', kind, id, at);
  }

  decided(kind: DecisionKind, id: string, at: string): Promise<void> {
    return this.#note('decided_at', kind, id, at);
  }

  async report(fromDay: string, toDay: string): Promise<Report> {
    const client = await this.unitOfWork.client();
    const values = [fromDay, toDay];
    const { rows: totals } = await client.query<Total>({
      text: `SELECT metric, currency, sum(total)::text AS total FROM admin_stats
             WHERE day >= $1::date AND day < $2::date GROUP BY metric, currency ORDER BY currency`,
      values,
    });
    const { rows: times } = await client.query<{ kind: string; count: number; seconds: number | null }>({
      text: `SELECT kind, count(*)::int AS count, avg(extract(epoch FROM decided_at - opened_at))::float8 AS seconds FROM decision_times
             WHERE decided_at >= ($1 || 'T00:00:00Z')::timestamptz AND decided_at < ($2 || 'T00:00:00Z')::timestamptz GROUP BY kind`,
      values,
    });
    const timeOf = (kind: DecisionKind): Report['decisions'][DecisionKind] => {
      const found = times.find((row) => row.kind === kind);
      return { count: found?.count ?? 0, averageSeconds: found?.seconds ?? null };
    };
    return {
      counts: countsOf(totals),
      revenue: revenueOf(totals),
      decisions: { approval: timeOf('approval'), verification: timeOf('verification') },
    };
  }

  async #add(metric: string, currency: string, amount: number, at: string): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({
      name: 'admin-stats-add',
      text: `INSERT INTO admin_stats AS known (day, metric, currency, total) VALUES (($1::timestamptz AT TIME ZONE 'UTC')::date, $2, $3, $4)
             ON CONFLICT (day, metric, currency) DO UPDATE SET total = known.total + excluded.total`,
      values: [at, metric, currency, amount],
    });
  }

  async #note(column: 'opened_at' | 'decided_at', kind: DecisionKind, id: string, at: string): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({
      text: `INSERT INTO decision_times (kind, id, ${column}) VALUES ($1, $2, $3)
             ON CONFLICT (kind, id) DO UPDATE SET ${column} = excluded.${column}`,
      values: [kind, id, at],
    });
  }
}

function countsOf(totals: readonly Total[]): Report['counts'] {
  const found = new Map(totals.map(({ metric, total }) => [metric, Number(total)]));
  const of = (metric: Metric): number => found.get(metric) ?? 0;
  return {
    'users.created': of('users.created'),
    'users.erased': of('users.erased'),
    'tutors.submitted': of('tutors.submitted'),
    'tutors.verified': of('tutors.verified'),
    'tutors.suspended': of('tutors.suspended'),
    'bookings.requested': of('bookings.requested'),
    'bookings.settled': of('bookings.settled'),
    'bookings.cancelled': of('bookings.cancelled'),
    'bookings.no_show': of('bookings.no_show'),
    'payments.completed': of('payments.completed'),
    'payments.failed': of('payments.failed'),
  };
}

function revenueOf(totals: readonly Total[]): Report['revenue'] {
  const byCurrency = Map.groupBy(
    totals.filter(({ currency }) => currency !== ''),
    ({ currency }) => currency,
  );
  return [...byCurrency].map(([currency, rows]) => {
    const of = (metric: MoneyMetric): number => Number(rows.find((row) => row.metric === metric)?.total ?? 0);
    return { currency, paid: of('paid'), refunded: of('refunded'), fees: of('fees') };
  });
}
