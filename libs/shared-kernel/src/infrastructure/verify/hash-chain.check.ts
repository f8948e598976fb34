import type { StoredEvent } from '../../application/stored-event.ts';
import { NO_STREAM } from '../../domain/stream-position.ts';
import { chainHash } from '../domain-events/hash-chain.ts';
import { MOST_LISTED, type Broken } from './broken.ts';
import { IN_SCOPE, scopeValues, type Check } from './check.ts';

interface Row {
  event_id: string;
  event_name: string;
  schema_version: number;
  aggregate_type: string;
  aggregate_id: string;
  stream_version: number;
  occurred_at: string | null;
  recorded_at: string | null;
  correlation_id: string;
  causation_id: string;
  user_id: string;
  actor: string;
  traceparent: string | null;
  payload: string;
  prev_hash: string;
  hash: string;
  before: string | null;
}

/** To the microsecond, as stored: a Date would hide a change below a millisecond. */
const instant = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS ${column}`;

/** I9: every event hashes to what it stores, and carries the hash of the one before it. Names the first broken place of each stream. */
export const hashChain: Check = async (snapshot, scope) => {
  const partial = scope.since > 0;
  const before = `SELECT before.hash FROM domain_events before WHERE before.aggregate_type = event.aggregate_type
    AND before.aggregate_id = event.aggregate_id AND before.stream_version = event.stream_version - 1`;
  const pages = snapshot.pages<Row>(
    `SELECT event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, ${instant('occurred_at')}, ${instant('recorded_at')},
            correlation_id, causation_id, user_id, actor, traceparent, payload, prev_hash, hash, ${partial ? `(${before})` : 'NULL'} AS before
     FROM domain_events event WHERE ${IN_SCOPE} ORDER BY aggregate_type, aggregate_id, stream_version`,
    scopeValues(scope),
  );
  const broken: Broken[] = [];
  let looked = 0;
  let total = 0;
  let stream = { type: '', id: '', broken: false, hash: '' };
  for await (const page of pages) {
    for (const row of page) {
      if (row.aggregate_type !== stream.type || row.aggregate_id !== stream.id)
        stream = { type: row.aggregate_type, id: row.aggregate_id, broken: false, hash: row.before ?? NO_STREAM.hash };
      const fault = stream.broken ? undefined : faultOf(row, stream.hash);
      stream.hash = row.hash;
      if (fault === undefined) continue;
      stream.broken = true;
      total++;
      if (broken.length < MOST_LISTED)
        broken.push({ place: `${row.aggregate_type}/${row.aggregate_id} version ${row.stream_version}`, ...fault });
    }
    looked += page.length;
    scope.progress(looked);
  }
  return {
    looked,
    broken,
    total,
    notJudged: 'a tail that was cut off together with its row: it needs an anchor outside the database',
  };
};

function faultOf(row: Row, previous: string): Omit<Broken, 'place'> | undefined {
  if (row.prev_hash !== previous) return { expected: `prev_hash ${previous}`, found: `prev_hash ${row.prev_hash}` };
  const hash = chainHash(row.prev_hash, storedEvent(row));
  return hash === row.hash ? undefined : { expected: `hash ${hash}, that of what is stored`, found: `hash ${row.hash}` };
}

function storedEvent(row: Row): StoredEvent {
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
  };
}

function isoInstant(text: string | null): string {
  return text === null ? 'no instant' : `${text.endsWith('000') ? text.slice(0, -3) : text}Z`;
}
