import type { EventContracts } from '../../application/event-contract.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { Database } from '../database/database.ts';

interface Row {
  event_id: string;
  event_name: string;
  schema_version: number;
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

export interface HistoryOptions {
  /** Default: all. */
  readonly limit?: number;
}

/** The timeline of one aggregate, from the log of its service. */
export class DomainEventHistory {
  constructor(
    private readonly database: Database,
    private readonly contracts: EventContracts,
  ) {}

  /** Newest first, payloads in their newest shape; empty for an aggregate that recorded nothing. Throws what its contracts throw. */
  async of(aggregateType: string, aggregateId: string, { limit }: HistoryOptions = {}): Promise<RecordedEvent[]> {
    const { rows } = await this.database.query<Row>({
      name: 'domain-event-history',
      text: `SELECT event_id, event_name, schema_version, stream_version, occurred_at, recorded_at, correlation_id, causation_id, user_id,
                    actor, traceparent, payload
             FROM domain_events WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY stream_version DESC LIMIT $3`,
      values: [aggregateType, aggregateId, limit ?? null],
    });
    return rows.map((row) => {
      const { contract, payload } = this.contracts.read(row.event_name, row.schema_version, JSON.parse(row.payload));
      const event: RecordedEvent = {
        eventId: row.event_id,
        eventName: contract.name,
        schemaVersion: contract.schemaVersion,
        aggregateType,
        aggregateId,
        streamVersion: row.stream_version,
        occurredAt: row.occurred_at.toISOString(),
        recordedAt: row.recorded_at.toISOString(),
        correlationId: row.correlation_id,
        causationId: row.causation_id,
        userId: row.user_id,
        actor: JSON.parse(row.actor),
        payload,
      };
      return row.traceparent === null ? event : { ...event, traceparent: row.traceparent };
    });
  }
}
