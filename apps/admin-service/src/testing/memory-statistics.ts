import {
  Statistics,
  type DecisionKind,
  type Metric,
  type MoneyMetric,
  type Report,
} from '../application/interfaces/statistics.interface.ts';
import type { AdminTables } from './admin-tables.ts';

/** Twin of the sums over Postgres. Nobody asks for the report in a simulation. */
export class MemoryStatistics extends Statistics {
  constructor(private readonly tables: AdminTables) {
    super();
  }

  count(metric: Metric): Promise<void> {
    return this.#add(metric, 1);
  }

  addMoney(metric: MoneyMetric, currency: string, amount: number): Promise<void> {
    return this.#add(`${metric} ${currency}`, amount);
  }

  opened(kind: DecisionKind): Promise<void> {
    return this.#add(`${kind} opened`, 1);
  }

  decided(kind: DecisionKind): Promise<void> {
    return this.#add(`${kind} decided`, 1);
  }

  async report(): Promise<Report> {
    throw new Error('a simulation has no requests; look at the sums');
  }

  async #add(key: string, amount: number): Promise<void> {
    await this.tables.totals.update(key, (known = { total: 0 }) => ({ total: known.total + amount }));
  }
}
