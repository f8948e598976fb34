import type { PoolClient } from 'pg';
import type { Clock } from '../../application/clock.ts';
import { crashpoint } from '../../application/crashpoint.ts';
import type { FailurePolicy } from '../../application/failure-policy.ts';
import { inMessageContext } from '../../application/message-context.ts';
import type { SagaDefinition } from '../../application/saga.ts';
import type { Database } from '../database/database.ts';
import type { UnitOfWork } from '../database/unit-of-work.ts';
import { errorLine } from '../logging/safe-text.ts';
import { inTransaction } from './in-transaction.ts';
import type { SagaInstance } from './interpret.ts';
import { sagaStore } from './saga-store.ts';
import { CommandRegistry } from './stored-command.ts';

const LANES = 4;

interface DueCommand extends Pick<SagaInstance, 'saga' | 'key'> {
  readonly id: string;
  readonly compensates: number | null;
  readonly command: string;
  readonly payload: string;
  readonly attempts: number;
  readonly correlation_id: string;
  readonly traceparent: string | null;
}

interface CommandDispatchOptions {
  readonly unitOfWork: UnitOfWork;
  readonly database: Database;
  readonly clock: Clock;
  readonly sagas: ReadonlyMap<string, SagaDefinition>;
  /** Carries out one command. Its `messageContext().messageId` is the same however often it is tried. */
  readonly dispatch: (command: object) => Promise<unknown>;
  readonly policy: FailurePolicy;
}

/**
 * Carries out the commands of sagas. What a handler writes in our database commits with the mark that the step is done: once. Steps of one
 * instance run in order, one at a time; a parked step lets the later ones pass, except among compensations.
 */
export class CommandDispatch {
  readonly #registry: CommandRegistry;

  constructor(private readonly options: CommandDispatchOptions) {
    this.#registry = new CommandRegistry([...options.sagas.values()].flatMap(({ commands }) => commands));
  }

  /** Until nothing is due; answers how many attempts were made. Several instances at a time. */
  async dispatchDue(): Promise<number> {
    if (!(await this.#dispatchNext())) return 0;
    const counts = await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
    return counts.reduce((sum, count) => sum + count, 1);
  }

  async nextDue(): Promise<Date | undefined> {
    const { rows } = await this.options.database.query<{ next_attempt: Date }>({
      name: 'saga-commands-next',
      text: `SELECT next_attempt FROM saga_commands WHERE status = 'pending' AND next_attempt > $1 ORDER BY next_attempt LIMIT 1`,
      values: [this.options.clock.now()],
    });
    return rows[0]?.next_attempt;
  }

  async #lane(): Promise<number> {
    let count = 0;
    while (await this.#dispatchNext()) count++;
    return count;
  }

  async #dispatchNext(): Promise<boolean> {
    const { unitOfWork } = this.options;
    const attempt: { command?: DueCommand } = {};
    try {
      await unitOfWork.run(async () => {
        const command = await this.#claim(await unitOfWork.client());
        if (command === undefined) return;
        attempt.command = command;
        crashpoint('saga.after-claim');
        await this.#execute(command);
        crashpoint('saga.after-cmd');
        await this.#markDone(await unitOfWork.client(), command);
      });
      if (attempt.command !== undefined) crashpoint('saga.after-commit');
    } catch (error) {
      if (attempt.command === undefined) throw error;
      await this.#failed(attempt.command, error);
    }
    return attempt.command !== undefined;
  }

  async #claim(client: PoolClient): Promise<DueCommand | undefined> {
    const { rows } = await client.query<DueCommand>({
      name: 'saga-commands-claim',
      text: `SELECT due.id, due.saga, due.key, due.compensates, due.command, due.payload, due.attempts, sagas.correlation_id, sagas.traceparent
             FROM saga_commands due JOIN sagas USING (saga, key)
             WHERE due.status = 'pending' AND due.next_attempt <= $1 AND due.saga = ANY($2::text[]) AND NOT EXISTS (
               SELECT 1 FROM saga_commands earlier
               WHERE earlier.saga = due.saga AND earlier.key = due.key AND earlier.step < due.step
                 AND (earlier.status = 'pending' OR (earlier.status = 'parked' AND earlier.compensates IS NOT NULL)))
             ORDER BY due.next_attempt, due.step LIMIT 1 FOR UPDATE OF due SKIP LOCKED`,
      values: [this.options.clock.now(), [...this.options.sagas.keys()]],
    });
    return rows[0];
  }

  async #execute({ id, saga, command, payload, correlation_id, traceparent }: DueCommand): Promise<void> {
    const message = this.#registry.revive({ name: command, payload });
    await inMessageContext(
      {
        messageId: id,
        correlationId: correlation_id,
        actor: { id: `system:${saga}`, type: 'system' },
        traceparent: traceparent ?? undefined,
      },
      () => this.options.dispatch(message),
    );
  }

  async #markDone(client: PoolClient, command: DueCommand): Promise<void> {
    const now = this.options.clock.now();
    await client.query({
      name: 'saga-command-done',
      text: `UPDATE saga_commands SET status = 'done', attempts = attempts + 1, last_error = NULL, done_at = $2 WHERE id = $1`,
      values: [command.id, now],
    });
    if (command.compensates === null) return;
    await client.query({
      name: 'saga-step-compensated',
      text: `WITH undone AS (UPDATE saga_commands SET status = 'compensated' WHERE saga = $1 AND key = $2 AND step = $3)
             UPDATE sagas SET status = 'compensated', updated_at = $4
             WHERE saga = $1 AND key = $2 AND status = 'compensating' AND NOT EXISTS (
               SELECT 1 FROM saga_commands waiting
               WHERE waiting.saga = $1 AND waiting.key = $2 AND waiting.compensates IS NOT NULL AND waiting.status IN ('pending', 'parked'))`,
      values: [command.saga, command.key, command.compensates, now],
    });
  }

  async #failed(command: DueCommand, error: unknown): Promise<void> {
    const verdict = this.options.policy(error, command.attempts + 1);
    const now = this.options.clock.now();
    if (verdict.kind === 'retry') {
      await this.options.database.query(
        settle(command, 'pending', error, new Date(now.getTime() + Math.max(1, verdict.afterMs))),
      );
      return;
    }
    const saga = this.options.sagas.get(command.saga);
    if (saga?.onFailure === 'compensate' && command.compensates === null) await this.#giveUp(command, error, now);
    else await this.options.database.query(settle(command, 'parked', error, now));
  }

  /** The refused step is recorded and the compensation planned in one transaction: once, however often the step is refused. */
  async #giveUp(command: DueCommand, error: unknown, now: Date): Promise<void> {
    await inTransaction(this.options.database, '', async (client) => {
      const instance = await sagaStore.lock(client, command.saga, command.key);
      const undo = instance !== undefined && (instance.status === 'running' || instance.status === 'completed');
      const { rowCount } = await client.query(settle(command, undo ? 'failed' : 'parked', error, now));
      if (undo && rowCount === 1) await sagaStore.compensate(client, instance, command.id, now);
    });
  }
}

/** Changes nothing when somebody else has tried the step meanwhile. */
function settle(command: DueCommand, status: 'pending' | 'parked' | 'failed', error: unknown, nextAttempt: Date) {
  return {
    name: 'saga-command-failed',
    text: `UPDATE saga_commands SET status = $3, attempts = attempts + 1, last_error = $4, next_attempt = $5
           WHERE id = $1 AND status = 'pending' AND attempts = $2`,
    values: [command.id, command.attempts, status, errorLine(error), nextAttempt],
  };
}
