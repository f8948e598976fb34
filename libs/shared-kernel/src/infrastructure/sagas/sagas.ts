import type { PoolClient } from 'pg';
import type { Clock } from '../../application/clock.ts';
import { NotFound } from '../../domain/domain.error.ts';
import type { Database } from '../database/database.ts';
import { sqlState } from '../database/pg-errors.ts';
import { inTransaction } from './in-transaction.ts';
import type { SagaInstance, SagaStatus } from './interpret.ts';
import { SagaEnded, StepUnderWay } from './saga.errors.ts';
import { sagaStore } from './saga-store.ts';

export interface SagaSummary {
  readonly saga: string;
  readonly key: string;
  /** `stuck`: a command or timer of it is parked; everything else of it goes on. */
  readonly status: SagaStatus | 'stuck';
  readonly correlationId: string;
  readonly startedAt: string;
  readonly updatedAt: string;
}

export interface SagaView extends SagaSummary {
  readonly state: object;
  readonly steps: readonly {
    readonly step: number;
    readonly commandId: string;
    readonly command: string;
    readonly status: 'pending' | 'done' | 'parked' | 'failed' | 'cancelled' | 'compensated';
    /** Number of the step that this one undoes. */
    readonly compensates: number | null;
    readonly attempts: number;
    readonly nextAttempt: string;
    readonly error: string | null;
    readonly causationId: string;
    readonly doneAt: string | null;
  }[];
  readonly timers: readonly { readonly name: string; readonly dueAt: string; readonly error: string | null }[];
}

interface SagaFilter {
  readonly saga?: string | undefined;
  readonly status?: SagaSummary['status'] | undefined;
}

const STUCK = `(EXISTS (SELECT 1 FROM saga_commands c WHERE c.saga = s.saga AND c.key = s.key AND c.status = 'parked')
  OR EXISTS (SELECT 1 FROM saga_timers t WHERE t.saga = s.saga AND t.key = s.key AND t.error IS NOT NULL))`;
const SUMMARY = `SELECT saga, key, CASE WHEN ${STUCK} THEN 'stuck' ELSE status END AS status, state,
  correlation_id AS "correlationId", started_at AS "startedAt", updated_at AS "updatedAt" FROM sagas s`;

/** What an operator sees and may do. Every method throws NotFound for an instance or timer that does not exist. */
export class Sagas {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The 100 that moved most recently, newest first. */
  async list({ saga, status }: SagaFilter = {}): Promise<SagaSummary[]> {
    const { rows } = await this.database.query<SummaryRow>({
      text: `SELECT * FROM (${SUMMARY}) summary WHERE ($1::text IS NULL OR saga = $1) AND ($2::text IS NULL OR status = $2)
             ORDER BY "updatedAt" DESC LIMIT 100`,
      values: [saga ?? null, status ?? null],
    });
    return rows.map(summary);
  }

  async show(saga: string, key: string): Promise<SagaView> {
    const values = [saga, key];
    const { rows } = await this.database.query<SummaryRow>({ text: `${SUMMARY} WHERE saga = $1 AND key = $2`, values });
    const [row] = rows;
    if (row === undefined) throw new NotFound('Saga', `${saga}/${key}`);
    const steps = await this.database.query<StepRow>({
      text: `SELECT step, id AS "commandId", command, status, compensates, attempts, next_attempt AS "nextAttempt", last_error AS error,
               causation_id AS "causationId", done_at AS "doneAt"
             FROM saga_commands WHERE saga = $1 AND key = $2 ORDER BY step`,
      values,
    });
    const timers = await this.database.query<{ name: string; dueAt: Date; error: string | null }>({
      text: 'SELECT name, due_at AS "dueAt", error FROM saga_timers WHERE saga = $1 AND key = $2 ORDER BY due_at, name',
      values,
    });
    return {
      ...summary(row),
      state: JSON.parse(row.state),
      steps: steps.rows.map((step) => ({
        ...step,
        nextAttempt: step.nextAttempt.toISOString(),
        doneAt: step.doneAt?.toISOString() ?? null,
      })),
      timers: timers.rows.map((timer) => ({ ...timer, dueAt: timer.dueAt.toISOString() })),
    };
  }

  /** Tries parked steps and parked timers again; answers how many. */
  async retry(saga: string, key: string): Promise<number> {
    return this.#holding(saga, key, async (client) => {
      const commands = await client.query({
        text: `UPDATE saga_commands SET status = 'pending', attempts = 0, next_attempt = $3
               WHERE saga = $1 AND key = $2 AND status = 'parked'`,
        values: [saga, key, this.clock.now()],
      });
      const timers = await client.query({
        text: 'UPDATE saga_timers SET error = NULL WHERE saga = $1 AND key = $2 AND error IS NOT NULL',
        values: [saga, key],
      });
      return (commands.rowCount ?? 0) + (timers.rowCount ?? 0);
    });
  }

  async fireEarly(saga: string, key: string, timer: string): Promise<void> {
    await this.#holding(saga, key, async (client) => {
      const { rowCount } = await client.query({
        text: 'UPDATE saga_timers SET due_at = least(due_at, $4), error = NULL WHERE saga = $1 AND key = $2 AND name = $3',
        values: [saga, key, timer, this.clock.now()],
      });
      if (rowCount !== 1) throw new NotFound('Timer', `${saga}/${key}/${timer}`);
    });
  }

  /**
   * Ends the instance: no timer, waiting command or waiting compensation of it has an effect any more; what was done stays. Throws
   * SagaEnded, and StepUnderWay while a command of it is being carried out.
   */
  async cancel(saga: string, key: string): Promise<void> {
    await this.#holding(saga, key, async (client, { status }) => {
      if (status === 'cancelled' || status === 'compensated') throw new SagaEnded(saga, key, status);
      await client
        .query({
          text: `SELECT FROM saga_commands WHERE saga = $1 AND key = $2 AND status IN ('pending', 'parked') FOR UPDATE NOWAIT`,
          values: [saga, key],
        })
        .catch((error: unknown) => {
          throw sqlState(error) === '55P03' ? new StepUnderWay(saga, key) : error;
        });
      await client.query({
        text: `WITH timers AS (DELETE FROM saga_timers WHERE saga = $1 AND key = $2),
               commands AS (UPDATE saga_commands SET status = 'cancelled' WHERE saga = $1 AND key = $2 AND status IN ('pending', 'parked'))
               UPDATE sagas SET status = 'cancelled', updated_at = $3 WHERE saga = $1 AND key = $2`,
        values: [saga, key, this.clock.now()],
      });
    });
  }

  async #holding<T>(saga: string, key: string, work: (client: PoolClient, instance: SagaInstance) => Promise<T>): Promise<T> {
    return inTransaction(this.database, '', async (client) => {
      const instance = await sagaStore.lock(client, saga, key);
      if (instance === undefined) throw new NotFound('Saga', `${saga}/${key}`);
      return work(client, instance);
    });
  }
}

interface SummaryRow extends Omit<SagaSummary, 'startedAt' | 'updatedAt'> {
  readonly state: string;
  readonly startedAt: Date;
  readonly updatedAt: Date;
}

interface StepRow extends Omit<SagaView['steps'][number], 'nextAttempt' | 'doneAt'> {
  readonly nextAttempt: Date;
  readonly doneAt: Date | null;
}

function summary({ saga, key, status, correlationId, startedAt, updatedAt }: SummaryRow): SagaSummary {
  return { saga, key, status, correlationId, startedAt: startedAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
