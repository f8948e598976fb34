import { v7 as uuidv7 } from 'uuid';
import type { EventContract } from '../application/event-contract.ts';
import type { RecordedEvent } from '../domain/recorded-event.ts';

/** An event as a handler receives it. What the test does not name is made up; each one is the first of a stream of its own. */
export function recordedEvent<P extends object>(
  contract: EventContract<P>,
  payload: P,
  fields: Partial<RecordedEvent<P>> = {},
): RecordedEvent<P> {
  const occurredAt = fields.occurredAt ?? '2026-01-05T09:00:00.000Z';
  return {
    eventId: uuidv7(),
    eventName: contract.name,
    schemaVersion: contract.schemaVersion,
    aggregateType: contract.aggregateType,
    aggregateId: uuidv7(),
    streamVersion: 1,
    occurredAt,
    recordedAt: occurredAt,
    correlationId: uuidv7(),
    causationId: uuidv7(),
    userId: contract.about(payload) ?? uuidv7(),
    actor: { id: 'test', type: 'system' },
    payload,
    ...fields,
  };
}
