import type { EventContracts } from '../../application/event-contract.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { ParkedMessage } from '../inbox/parking-lot.ts';
import type { FeedEvent } from './feed.ts';

/** The event as handlers see it: payload in its newest shape, without its place in the feed. Throws UnknownContract, ContractViolation. */
export function readEvent(event: FeedEvent, contracts: EventContracts): RecordedEvent {
  return {
    ...plain(event),
    payload: contracts.read(event.eventName, event.schemaVersion, JSON.parse(event.payload)).payload,
  };
}

/** The event as it was stored, to wait in the queue of its stream. */
export function asParked(event: FeedEvent): ParkedMessage {
  const message: RecordedEvent = { ...plain(event), payload: JSON.parse(event.payload) };
  return { eventId: event.eventId, eventName: event.eventName, message: JSON.stringify(message) };
}

function plain(event: FeedEvent): Omit<RecordedEvent, 'payload'> {
  const { position: _, payload: __, actor, ...rest } = event;
  return { ...rest, actor: JSON.parse(actor) };
}
