import type { EventContracts } from '../../application/event-contract.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { FeedEvent } from '../subscriptions/feed.ts';

/** The event as handlers see it: payload in its newest shape, without its place in the feed. Throws UnknownContract, ContractViolation. */
export function readEvent(event: FeedEvent, contracts: EventContracts): RecordedEvent {
  const { position: _, payload, actor, ...rest } = event;
  return {
    ...rest,
    actor: JSON.parse(actor),
    payload: contracts.read(event.eventName, event.schemaVersion, JSON.parse(payload)).payload,
  };
}
