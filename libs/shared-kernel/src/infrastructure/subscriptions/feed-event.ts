import type { EventContracts } from '../../application/event-contract.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { ParkedMessage } from '../inbox/parking-lot.ts';
import type { FeedEvent } from './feed.ts';

/** The event as handlers see it: payload in its newest shape, without its place in the feed. Throws UnknownContract, ContractViolation. */
export function readEvent(event: FeedEvent, contracts: EventContracts): RecordedEvent {
  return recorded(event, contracts.read(event.eventName, event.schemaVersion, JSON.parse(event.payload)).payload);
}

/** The event as it was stored, to wait in the queue of its stream. */
export function asParked(event: FeedEvent): ParkedMessage {
  const message = recorded(event, JSON.parse(event.payload));
  return { eventId: event.eventId, eventName: event.eventName, message: JSON.stringify(message) };
}

/** Field by field: a projection makes many of them, and copying the rest of an object costs twice as much. */
function recorded(event: FeedEvent, payload: object): RecordedEvent {
  const copy: RecordedEvent = {
    eventId: event.eventId,
    eventName: event.eventName,
    schemaVersion: event.schemaVersion,
    aggregateType: event.aggregateType,
    aggregateId: event.aggregateId,
    streamVersion: event.streamVersion,
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
    correlationId: event.correlationId,
    causationId: event.causationId,
    userId: event.userId,
    actor: JSON.parse(event.actor),
    payload,
  };
  return event.traceparent === undefined ? copy : { ...copy, traceparent: event.traceparent };
}
