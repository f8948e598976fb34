import type { QueryConfig } from 'pg';
import type { ChainedEvent } from '../domain-events/event-recorder.ts';

/** The row of an aggregate with the events that lead to it: what one `repository.save()` writes. */
export interface AggregateWrite {
  readonly table: string;
  readonly columns: readonly string[];
  readonly values: readonly unknown[];
  readonly aggregateType: string;
  readonly id: string;
  /** Version the row must have; 0 = the row must not exist. */
  readonly expected: number;
  readonly events: readonly ChainedEvent[];
  /** Error for an insert that a unique constraint other than the primary key refuses. */
  readonly duplicate?: (() => Promise<Error>) | undefined;
}

/** The stored answer of a command. */
export interface StoredResponse {
  readonly principal: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly status: number;
  readonly response: string;
}

export const EVENT_COLUMNS =
  'event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at, recorded_at, correlation_id, causation_id, user_id, actor, traceparent, payload, prev_hash, hash';
const EVENT_TYPES = [
  'uuid',
  'text',
  'int',
  'text',
  'text',
  'int',
  'timestamptz',
  'timestamptz',
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
];
const KEY_COLUMNS = 'principal, key, body_hash, status, response';
const KEY_TYPES = ['text', 'text', 'text', 'int', 'text'];
const texts = new Map<string, string>();

/**
 * State row, events and stored answer in one statement, which is a transaction of its own: one round trip, all or nothing. No row in the
 * answer: the row has another version, nothing was written. A unique violation names the constraint, hence the rule.
 */
export function writeStatement(write: AggregateWrite, response?: StoredResponse): QueryConfig {
  return statement(write, response, '');
}

/**
 * The same inside of a transaction, without the answer. A row that breaks a unique constraint is not written either, and the transaction
 * goes on: whoever asked may decide otherwise.
 */
export function writeStatementInTransaction(write: AggregateWrite): QueryConfig {
  return statement(write, undefined, ' ON CONFLICT DO NOTHING');
}

/**
 * Events of one stream into the log, each once: what is there already is left as it is. A stream version that another event holds breaks the
 * unique constraint of the log.
 */
export function copyStatement(events: readonly ChainedEvent[]): QueryConfig {
  const { text, values = [] } = insertStatement('domain_events', events);
  return { text: `${text} ON CONFLICT (event_id) DO NOTHING`, values };
}

/** Events into a table that has the columns of the log. */
export function insertStatement(table: string, events: readonly ChainedEvent[]): QueryConfig {
  let next = 0;
  const rows = events.map(() => `(${EVENT_TYPES.map((type) => `$${++next}::${type}`).join(', ')})`);
  return {
    text: `INSERT INTO ${table} (${EVENT_COLUMNS}) VALUES ${rows.join(', ')}`,
    values: events.flatMap((event) => eventValues(event)),
  };
}

function statement(write: AggregateWrite, response: StoredResponse | undefined, onConflict: string): QueryConfig {
  const kind = write.expected === 0 ? `insert${onConflict === '' ? '' : '-or-not'}` : 'update';
  const shape = `${write.table}/${kind}/${write.events.length}/${response === undefined ? 0 : 1}`;
  let text = texts.get(shape);
  if (text === undefined) {
    text = buildText(write, response !== undefined, onConflict);
    texts.set(shape, text);
  }
  const values = [...write.values];
  if (write.expected > 0) values.push(write.id, write.expected);
  for (const event of write.events) values.push(...eventValues(event));
  if (response !== undefined) values.push(...responseValues(response));
  return write.events.length <= 4 ? { name: shape, text, values } : { text, values };
}

/** The stored answer alone: of a command that changed nothing, or at the end of a transaction. 0 rows: the key was taken meanwhile. */
export function responseStatement(response: StoredResponse): QueryConfig {
  return {
    name: 'idempotency-key',
    text: `INSERT INTO idempotency_keys (${KEY_COLUMNS}) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    values: responseValues(response),
  };
}

function buildText(write: AggregateWrite, withKey: boolean, onConflict: string): string {
  let next = 0;
  const parameter = (): string => `$${++next}`;
  const quoted = write.columns.map((column) => `"${column}"`);
  const state =
    write.expected === 0
      ? `INSERT INTO "${write.table}" (${quoted.join(', ')}) VALUES (${quoted.map(parameter).join(', ')})${onConflict} RETURNING 1`
      : `UPDATE "${write.table}" SET ${quoted.map((column) => `${column} = ${parameter()}`).join(', ')} WHERE "id" = ${parameter()} AND "stream_version" = ${parameter()} RETURNING 1`;
  const rows = write.events.map(() => `(${EVENT_TYPES.map((type) => `${parameter()}::${type}`).join(', ')})`);
  const log = `INSERT INTO domain_events (${EVENT_COLUMNS}) SELECT event.* FROM state, (VALUES ${rows.join(', ')}) AS event`;
  const key = `INSERT INTO idempotency_keys (${KEY_COLUMNS}) SELECT ${KEY_TYPES.map((type) => `${parameter()}::${type}`).join(', ')} FROM state`;
  return `WITH state AS (${state}), log AS (${log})${withKey ? `, key AS (${key})` : ''} SELECT 1 FROM state`;
}

function eventValues(event: ChainedEvent): unknown[] {
  return [
    event.eventId,
    event.eventName,
    event.schemaVersion,
    event.aggregateType,
    event.aggregateId,
    event.streamVersion,
    event.occurredAt,
    event.recordedAt,
    event.correlationId,
    event.causationId,
    event.userId,
    event.actor,
    event.traceparent ?? null,
    event.payload,
    event.prevHash,
    event.hash,
  ];
}

function responseValues(response: StoredResponse): unknown[] {
  return [response.principal, response.key, response.bodyHash, response.status, response.response];
}
