import type { Database } from '../database/database.ts';
import type { FeedEvent } from './feed.ts';

interface Row {
  head: string;
  position: string | null;
  event_id: string;
  event_name: string;
  schema_version: number;
  aggregate_type: string;
  aggregate_id: string;
  stream_version: number;
  occurred_at: Date;
  recorded_at: Date;
  correlation_id: string;
  causation_id: string;
  user_id: string;
  actor: string;
  traceparent: string | null;
  payload: string;
}

export interface FeedPage {
  readonly events: readonly FeedEvent[];
  /** Everything up to here was looked at: the last event of a full page, else as far as one page looks. */
  readonly scannedTo: number;
  readonly head: number;
}

/** A reader of rare events must not run into the time limit of a statement on its way through a long log. */
const MOST_SCANNED = 100_000;

/** Events after `after` with one of the names, in feed order. */
export async function readFeedPage(
  database: Database,
  after: number,
  names: readonly string[],
  limit: number,
): Promise<FeedPage> {
  const { rows } = await database.query<Row>({
    name: 'feed-page',
    text: `SELECT head.position AS head, event.*
           FROM feed_head head LEFT JOIN LATERAL (
             SELECT position, event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at, recorded_at,
                    correlation_id, causation_id, user_id, actor, traceparent, payload
             FROM domain_events WHERE position > $1 AND position <= $4 AND event_name = ANY($2) ORDER BY position LIMIT $3
           ) event ON true`,
    values: [after, names, limit, after + MOST_SCANNED],
  });
  const events: FeedEvent[] = [];
  for (const row of rows) if (row.position !== null) events.push(toFeedEvent(row, Number(row.position)));
  const last = events.at(-1);
  const head = Number(rows[0]?.head ?? 0);
  const full = events.length === limit && last !== undefined;
  return { events, scannedTo: full ? last.position : Math.max(after, Math.min(head, after + MOST_SCANNED)), head };
}

function toFeedEvent(row: Row, position: number): FeedEvent {
  const event: FeedEvent = {
    position,
    eventId: row.event_id,
    eventName: row.event_name,
    schemaVersion: row.schema_version,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    streamVersion: row.stream_version,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    userId: row.user_id,
    actor: row.actor,
    payload: row.payload,
  };
  return row.traceparent === null ? event : { ...event, traceparent: row.traceparent };
}
