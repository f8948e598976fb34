import { hash } from 'node:crypto';
import type { StoredEvent } from '../../application/stored-event.ts';

/**
 * SHA-256 over the predecessor's hash and every stored field of the event, as a JSON array in this order. It covers the payload as
 * stored, so an encrypted payload takes the place of a plain one without a new format. Adding a field here breaks every chain.
 */
export function chainHash(previous: string, event: StoredEvent): string {
  return hash(
    'sha256',
    JSON.stringify([
      previous,
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
    ]),
  );
}
