import { AsyncLocalStorage } from 'node:async_hooks';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { crashpoint } from '../../application/crashpoint.ts';
import { HandlerTimedOut } from '../../application/failure-policy.ts';
import type { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { ConcurrencyConflict } from '../../domain/domain.error.ts';
import type { StreamPosition } from '../../domain/stream-position.ts';
import type { EventRecorder } from '../domain-events/event-recorder.ts';
import type { AggregateTable } from './aggregate-table.ts';
import { DuplicateRow, IdempotencyKeyTaken, NoUnitOfWork, SaveUndone, TransactionAborted } from './unit-of-work.errors.ts';
import type { Connection, Database } from './database.ts';
import { isConnectionLoss, sqlState } from './pg-errors.ts';
import {
  responseStatement,
  writeStatement,
  writeStatementInTransaction,
  type AggregateWrite,
  type StoredResponse,
} from './write-statement.ts';

/** What `save` needs of an aggregate root. */
export interface SavedAggregate {
  readonly id: string;
  readonly subject: string | undefined;
  readonly position: StreamPosition;
  getUncommittedEvents(): BaseDomainEvent[];
  standAt(position: StreamPosition): void;
}

interface Unit {
  connection: Promise<Connection> | undefined;
  readonly writes: AggregateWrite[];
  response: StoredResponse | undefined;
  /** First event of each save that was sent: tells after a lost reply whether the commit took effect. */
  readonly sent: string[];
  readonly saved: SavedAggregate[];
  /** What its work left behind in the background must not join it any more: nobody would commit that. */
  ended: boolean;
}

/**
 * One transaction, found by whoever runs inside it. Nested calls of `run` join. Aggregates saved and the stored answer of the command
 * commit together or not at all. A unit that does nothing but save one aggregate is one statement, sent at the end of `run`; whoever
 * asks for `reading()` or `transaction()` after a save sees that save.
 */
export class UnitOfWork {
  readonly #storage = new AsyncLocalStorage<Unit>();
  readonly #undone = new WeakSet<SavedAggregate>();

  constructor(
    private readonly database: Database,
    private readonly recorder: EventRecorder,
    /** Called after each commit that added events: wakes the feed. */
    private readonly committed: () => void = () => undefined,
  ) {}

  /**
   * Throws what `work` throws (everything rolled back), ConcurrencyConflict, IdempotencyKeyTaken, TransactionAborted, or the driver's
   * error.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running) return work();
    const unit: Unit = { connection: undefined, writes: [], response: undefined, sent: [], saved: [], ended: false };
    try {
      const result = await this.#storage.run(unit, work);
      unit.ended = true;
      await this.#commit(unit);
      if (unit.sent.length > 0) {
        crashpoint('cmd.after-commit');
        this.committed();
      }
      return result;
    } catch (error) {
      unit.ended = true;
      for (const aggregate of unit.saved) this.#undone.add(aggregate);
      await rollback(unit, error);
      throw error;
    } finally {
      (await unit.connection?.catch(() => undefined))?.release();
    }
  }

  /** Whether the caller runs inside a unit. */
  get running(): boolean {
    return this.#current() !== undefined;
  }

  /** A connection that sees what this unit has written; outside of a transaction any connection. */
  async reading(): Promise<NodePgDatabase> {
    const unit = this.#current();
    if (unit === undefined || (unit.connection === undefined && unit.writes.length === 0)) return this.database.pooled;
    return this.transaction();
  }

  /** The connection of the unit's transaction, which it begins if need be. Throws NoUnitOfWork outside of `run`. */
  async transaction(): Promise<NodePgDatabase> {
    return this.database.on(await this.client());
  }

  /** As `transaction`, for hand-written statements. */
  async client(): Promise<PoolClient> {
    const unit = this.#unit();
    unit.connection ??= this.#begin();
    const { client } = await unit.connection;
    await this.#flush(client, unit);
    return client;
  }

  /**
   * Writes the aggregate's row, guarded by its version, and its uncommitted events. Without events nothing is written. An aggregate that
   * was never saved is inserted; `duplicate` answers which rule refused a write when it was not the id or the version. Throws SaveUndone
   * for an aggregate whose last save was rolled back.
   */
  async save<T extends PgTable & { _: { columns: { id: PgColumn } } }>(
    aggregate: SavedAggregate,
    aggregateType: string,
    table: AggregateTable<T>,
    row: Omit<T['$inferInsert'], 'streamVersion' | 'streamHash' | 'recordedAt'>,
    duplicate?: () => Promise<Error>,
  ): Promise<void> {
    if (this.#undone.has(aggregate)) throw new SaveUndone(`${aggregateType}/${aggregate.id}`);
    const events = aggregate.getUncommittedEvents();
    if (events.length === 0) return;
    const from = aggregate.position;
    const recording = this.recorder.record(aggregateType, aggregate.id, from, events, aggregate.subject);
    const { version, hash, recordedAt } = recording.position;
    const write: AggregateWrite = {
      table: table.name,
      columns: table.columns.map(({ column }) => column.name),
      values: table.values({ ...row, streamVersion: version, streamHash: hash, recordedAt: new Date(recordedAt) }),
      aggregateType,
      id: aggregate.id,
      expected: from.version,
      events: recording.events,
      duplicate,
    };
    aggregate.standAt(recording.position);
    await this.run(async () => {
      const unit = this.#unit();
      const alone = unit.connection === undefined && unit.writes.length === 0;
      unit.writes.push(write);
      unit.saved.push(aggregate);
      if (!alone) await this.client();
    });
  }

  /** Commits the answer of the running command with its effects. `run` throws IdempotencyKeyTaken if another one was first. */
  respond(response: StoredResponse): void {
    this.#unit().response = response;
  }

  #current(): Unit | undefined {
    const unit = this.#storage.getStore();
    return unit?.ended === false ? unit : undefined;
  }

  #unit(): Unit {
    const unit = this.#current();
    if (unit === undefined) throw new NoUnitOfWork();
    return unit;
  }

  async #begin(): Promise<Connection> {
    const connection = await this.database.acquire();
    try {
      await connection.client.query('BEGIN');
      return connection;
    } catch (error) {
      connection.failed(error);
      connection.release();
      throw error;
    }
  }

  async #commit(unit: Unit): Promise<void> {
    if (unit.connection === undefined) {
      const [only] = unit.writes;
      if (only !== undefined) await this.#writeAlone(unit, only);
      else if (unit.response !== undefined) await store(unit.response, (statement) => this.database.query(statement));
      return;
    }
    const connection = await unit.connection;
    await this.#flush(connection.client, unit);
    if (unit.response !== undefined) await store(unit.response, (statement) => connection.client.query(statement));
    if (unit.sent.length > 0) crashpoint('cmd.after-log');
    try {
      const { command } = await connection.client.query('COMMIT');
      if (command !== 'COMMIT') throw new TransactionAborted();
    } catch (error) {
      const [first] = unit.sent;
      if (!isConnectionLoss(error) || first === undefined || !(await this.#recorded(first))) throw error;
      connection.failed(error);
    }
  }

  async #flush(client: PoolClient, unit: Unit): Promise<void> {
    for (let write = unit.writes.shift(); write !== undefined; write = unit.writes.shift()) {
      unit.sent.push(firstEvent(write));
      const { rowCount } = await client
        .query(writeStatementInTransaction(write))
        .catch((error: unknown) => explain(write, error, (query) => this.database.query(query)));
      if (rowCount !== 1) throw await refusal(write, (statement) => client.query(statement));
      crashpoint('cmd.after-state');
    }
  }

  /** A reply that got lost is not an answer: the statement is sent again, and a first sending that took effect counts as success. */
  async #writeAlone(unit: Unit, write: AggregateWrite): Promise<void> {
    const statement = writeStatement(write, unit.response);
    for (let attempt = 1; ; attempt++) {
      try {
        const { rowCount } = await this.database.query(statement);
        if (rowCount !== 1 && !(attempt > 1 && (await this.#recorded(firstEvent(write))))) {
          throw await refusal(write, (query) => this.database.query(query));
        }
      } catch (error) {
        if (isConnectionLoss(error) && attempt < 3) continue;
        const tookEffect = attempt > 1 && sqlState(error) === UNIQUE_VIOLATION && (await this.#recorded(firstEvent(write)));
        if (!tookEffect) await explain(write, error, (query) => this.database.query(query));
      }
      unit.sent.push(firstEvent(write));
      return;
    }
  }

  async #recorded(eventId: string): Promise<boolean> {
    const { rowCount } = await this.database.query({
      text: 'SELECT 1 FROM domain_events WHERE event_id = $1',
      values: [eventId],
    });
    return rowCount === 1;
  }
}

const UNIQUE_VIOLATION = '23505';

/** Throws what a failed write means: the rule whose unique constraint refused it, else the error itself. */
async function explain(write: AggregateWrite, error: unknown, ask: Ask): Promise<never> {
  if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
  const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : '';
  if (constraint.startsWith('idempotency_keys')) throw new IdempotencyKeyTaken();
  if (constraint.startsWith('domain_events') || constraint === `${write.table}_pkey`) {
    const actual = Math.max(await versionOf(write, ask), write.expected + 1);
    throw new ConcurrencyConflict(streamOf(write), write.expected, actual, { cause: error });
  }
  throw (await write.duplicate?.()) ?? new DuplicateRow(write.table);
}

/** Nothing was written: the row has another version than the writer had seen, or an insert met a row with the same unique value. */
async function refusal(write: AggregateWrite, ask: Ask): Promise<Error> {
  const actual = await versionOf(write, ask);
  if (write.expected === 0 && actual === 0) return (await write.duplicate?.()) ?? new DuplicateRow(write.table);
  return new ConcurrencyConflict(streamOf(write), write.expected, actual);
}

/** 0: there is no such row. */
async function versionOf(write: AggregateWrite, ask: Ask): Promise<number> {
  const { rows } = await ask({ text: `SELECT stream_version FROM "${write.table}" WHERE id = $1`, values: [write.id] });
  return Number(rows[0]?.['stream_version'] ?? 0);
}

type Ask = (statement: QueryConfig) => Promise<QueryResult<Record<string, unknown>>>;

function firstEvent(write: AggregateWrite): string {
  return write.events[0]?.eventId ?? '';
}

function streamOf(write: AggregateWrite): string {
  return `${write.aggregateType}/${write.id}`;
}

async function store(response: StoredResponse, ask: Ask): Promise<void> {
  const { rowCount } = await ask(responseStatement(response));
  if (rowCount !== 1) throw new IdempotencyKeyTaken();
}

async function rollback(unit: Unit, cause: unknown): Promise<void> {
  const connection = await unit.connection?.catch(() => undefined);
  if (connection === undefined) return;
  if (cause instanceof HandlerTimedOut) return connection.discard();
  connection.failed(cause);
  await connection.client.query('ROLLBACK').catch((error: unknown) => connection.failed(error));
}
