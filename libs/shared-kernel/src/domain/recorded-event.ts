import type { Actor } from './actor.ts';

/** One event as the log keeps it: JSON only, every time an ISO instant in UTC with milliseconds. */
export interface RecordedEvent<P extends object = object> {
  /** UUIDv7, unique for ever; every consumer deduplicates on it. */
  readonly eventId: string;
  /** Stable name without a version, `<aggregate>.<past_tense>`. */
  readonly eventName: string;
  /** Shape of `payload`; selects the upcaster chain. */
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Position in the aggregate's stream, dense from 1. */
  readonly streamVersion: number;
  /** When it happened in the business. */
  readonly occurredAt: string;
  /** When the log learned of it; never earlier than the event before it in the stream. */
  readonly recordedAt: string;
  readonly correlationId: string;
  /** Id of the message whose handling caused this event. */
  readonly causationId: string;
  /** The user the event is about. */
  readonly userId: string;
  /** Who did it. */
  readonly actor: Actor;
  readonly traceparent?: string;
  readonly payload: Readonly<P>;
}
