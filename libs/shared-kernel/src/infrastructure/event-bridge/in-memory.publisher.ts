import type { EventContracts } from '../../application/event-contract.ts';
import { IntegrationEventPublisher, type PublishOutcome } from '../../application/integration-event-publisher.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import { entryOf, type BusEntry } from './bus-entry.ts';

/** A bus that accepts everything it may and keeps it. */
export class InMemoryPublisher extends IntegrationEventPublisher {
  readonly published: BusEntry[] = [];

  constructor(private readonly contracts: EventContracts) {
    super();
  }

  override async publishBatch(events: readonly StoredEvent[]): Promise<readonly PublishOutcome[]> {
    const entries = events.map((event) => entryOf(event, this.contracts));
    this.published.push(...entries);
    return events.map((event) => ({ accepted: true, busId: `in-memory-${event.eventId}` }));
  }
}
