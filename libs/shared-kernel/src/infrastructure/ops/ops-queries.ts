import type { EventContracts } from '../../application/event-contract.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Database } from '../database/database.ts';
import { redactor, type Redactor } from '../logging/redactor.ts';

export interface LoggedEvent {
  readonly service: string;
  readonly position: number | null;
  readonly eventId: string;
  readonly eventName: string;
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly streamVersion: number;
  readonly recordedAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly userId: string;
  readonly actor: Actor;
  /** Personal fields masked. */
  readonly payload: unknown;
}

interface EventFilter {
  readonly correlationId?: string | undefined;
  readonly eventName?: string | undefined;
  /** Entries before this one, for the next page. */
  readonly before?: number | undefined;
  readonly limit: number;
}

interface Row {
  id: string;
  position: string | null;
  event_id: string;
  event_name: string;
  schema_version: number;
  aggregate_type: string;
  aggregate_id: string;
  stream_version: number;
  recorded_at: Date;
  correlation_id: string;
  causation_id: string;
  user_id: string;
  actor: string;
  payload: string;
}

/** What operators read: the log as it is, personal fields masked. */
export class OpsQueries {
  /** Masks what any contract of the service calls personal, wherever it stands. */
  readonly mask: Redactor;

  constructor(
    private readonly database: Database,
    contracts: EventContracts,
    private readonly service: string,
  ) {
    this.mask = redactor([...contracts].flatMap((contract) => contract.personal));
  }

  /** Newest first. */
  async events({ correlationId, eventName, before, limit }: EventFilter): Promise<{ items: LoggedEvent[]; next: number | null }> {
    const { rows } = await this.database.query<Row>({
      text: `SELECT id, position, event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, recorded_at, correlation_id,
                    causation_id, user_id, actor, payload
             FROM domain_events
             WHERE ($1::text IS NULL OR correlation_id = $1) AND ($2::text IS NULL OR event_name = $2) AND ($3::bigint IS NULL OR id < $3)
             ORDER BY id DESC LIMIT $4`,
      values: [correlationId ?? null, eventName ?? null, before ?? null, limit],
    });
    const last = rows.at(-1);
    return {
      items: rows.map((row) => this.#view(row)),
      next: rows.length === limit && last !== undefined ? Number(last.id) : null,
    };
  }

  /** The head of the feed and what is waiting for a position. */
  async feed(): Promise<{ head: number; unsequenced: number }> {
    const { rows } = await this.database.query<{ head: string; unsequenced: number }>({
      text: 'SELECT position AS head, (SELECT count(*) FROM domain_events WHERE position IS NULL)::int AS unsequenced FROM feed_head',
    });
    return { head: Number(rows[0]?.head ?? 0), unsequenced: rows[0]?.unsequenced ?? 0 };
  }

  #view(row: Row): LoggedEvent {
    return {
      service: this.service,
      position: row.position === null ? null : Number(row.position),
      eventId: row.event_id,
      eventName: row.event_name,
      schemaVersion: row.schema_version,
      aggregateType: row.aggregate_type,
      aggregateId: row.aggregate_id,
      streamVersion: row.stream_version,
      recordedAt: row.recorded_at.toISOString(),
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      userId: row.user_id,
      actor: JSON.parse(row.actor),
      payload: this.mask(JSON.parse(row.payload)),
    };
  }
}
