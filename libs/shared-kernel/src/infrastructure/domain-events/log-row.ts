import type { ChainedEvent } from './event-recorder.ts';

/** A row of `domain_events` as `logColumns` selects it. */
export interface LogRow {
  readonly event_id: string;
  readonly event_name: string;
  readonly schema_version: number;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly stream_version: number;
  readonly occurred_at: string | null;
  readonly recorded_at: string | null;
  readonly correlation_id: string;
  readonly causation_id: string;
  readonly user_id: string;
  readonly actor: string;
  readonly traceparent: string | null;
  readonly payload: string;
  readonly prev_hash: string;
  readonly hash: string;
}

/** To the microsecond, as stored: a Date would hide a change below a millisecond. */
const instant = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS ${column}`;

export const LOG_COLUMNS = `event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, ${instant('occurred_at')},
  ${instant('recorded_at')}, correlation_id, causation_id, user_id, actor, traceparent, payload, prev_hash, hash`;

/** The texts that the chain hash covers, exactly as the row holds them. */
export function loggedEvent(row: LogRow): ChainedEvent {
  return {
    eventId: row.event_id,
    eventName: row.event_name,
    schemaVersion: row.schema_version,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    streamVersion: row.stream_version,
    occurredAt: isoInstant(row.occurred_at),
    recordedAt: isoInstant(row.recorded_at),
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    userId: row.user_id,
    actor: row.actor,
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    payload: row.payload,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

function isoInstant(text: string | null): string {
  return text === null ? 'no instant' : `${text.endsWith('000') ? text.slice(0, -3) : text}Z`;
}
