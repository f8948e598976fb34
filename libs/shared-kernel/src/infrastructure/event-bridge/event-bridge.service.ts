import type { EventContracts } from '../../application/event-contract.ts';
import { IntegrationEventPublisher, type PublishOutcome } from '../../application/integration-event-publisher.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import { streamKey } from '../inbox/event-delivery.ts';
import { entryOf, MOST_ENTRY_BYTES } from './bus-entry.ts';
import { OrderedSender, SENDER_LIMITS, type SenderLimits } from './ordered-sender.ts';
import type { PutEvents } from './put-events.ts';

export interface EventBridgeOptions extends Partial<SenderLimits> {
  readonly bytesPerEntry?: number;
}

/** Publishes at once, without the log. What the log records is published by its subscription, EventBridgePublisher. */
export class EventBridgeService extends IntegrationEventPublisher {
  readonly #limits: SenderLimits;

  constructor(
    private readonly put: PutEvents,
    private readonly contracts: EventContracts,
    private readonly options: EventBridgeOptions = {},
  ) {
    super();
    this.#limits = { ...SENDER_LIMITS, attempts: 5, ...options };
  }

  override async publishBatch(events: readonly StoredEvent[]): Promise<readonly PublishOutcome[]> {
    const { bytesPerEntry = MOST_ENTRY_BYTES } = this.options;
    const entries = events.map((event) => ({
      stream: streamKey(event),
      entry: entryOf(event, this.contracts, bytesPerEntry),
    }));
    if (entries.length === 0) return [];
    return new Promise((resolve) => {
      const outcomes: PublishOutcome[] = [];
      let open = entries.length;
      const sender = new OrderedSender<number>(this.put, this.#limits, (index, outcome) => {
        outcomes[index] = outcome;
        if (--open === 0) resolve(outcomes);
      });
      entries.forEach(({ stream, entry }, index) => sender.add(stream, entry, index));
    });
  }
}
