import { crashpoint } from '../../application/crashpoint.ts';
import type { EventContracts } from '../../application/event-contract.ts';
import { streamKey } from '../inbox/event-delivery.ts';
import type { FeedConsumer, FeedTerm } from '../subscriptions/feed.ts';
import { entryOf, MOST_ENTRY_BYTES } from './bus-entry.ts';
import type { EventBridgeOptions } from './event-bridge.service.ts';
import { OrderedSender, SENDER_LIMITS, type SenderLimits, type SenderStats } from './ordered-sender.ts';
import { PublishWindow } from './publish-window.ts';
import type { PutEvents } from './put-events.ts';

const MOST_PER_TAKE = 250;

/** Name of the subscription that publishes what `service` records. It keeps no inbox: the bus may get an event again. */
export function publisherOf(service: string): string {
  return `${service}.event-bridge`;
}

/**
 * The subscription that publishes what the service records: every integration event at least once, each stream in order. What the bus
 * refuses or cannot take is retried for ever, with backoff, while other streams go on; the checkpoint never passes it.
 */
export class EventBridgePublisher implements FeedConsumer {
  readonly subscription: string;
  readonly events: readonly string[];
  readonly startAt = 'beginning';
  readonly #limits: SenderLimits;
  #stats: SenderStats | undefined;

  /** Throws RangeError unless `callsInFlight` is 4 to 16. */
  constructor(
    service: string,
    private readonly put: PutEvents,
    private readonly contracts: EventContracts,
    private readonly options: Omit<EventBridgeOptions, 'attempts'> = {},
  ) {
    this.subscription = publisherOf(service);
    this.events = contracts.published();
    this.#limits = { ...SENDER_LIMITS, ...options };
    const { callsInFlight } = this.#limits;
    if (!(callsInFlight >= 4 && callsInFlight <= 16)) throw new RangeError(`callsInFlight is ${callsInFlight}, must be 4 to 16`);
  }

  /** Counters of the running term, or of the last one. */
  get stats(): Readonly<SenderStats> | undefined {
    return this.#stats;
  }

  /** Throws EntryTooLarge and UnknownContract, once the calls under way have ended. */
  async consume(term: FeedTerm): Promise<void> {
    const { bytesPerEntry = MOST_ENTRY_BYTES } = this.options;
    const window = new PublishWindow((position) => {
      term.advance(position);
      crashpoint('publish.mid-mark');
    });
    const sender = new OrderedSender<() => void>(this.put, this.#limits, (done) => done());
    this.#stats = sender.stats;
    try {
      while (!term.ended.aborted) {
        const room = await window.room(term.ended);
        const events = room > 0 ? await term.take(Math.min(room, MOST_PER_TAKE)) : [];
        if (events.length === 0) return;
        crashpoint('publish.after-claim');
        for (const event of events) {
          const entry = entryOf(event, this.contracts, bytesPerEntry);
          sender.add(streamKey(event), entry, window.add(event.position, entry.bytes));
        }
      }
    } finally {
      await sender.close();
    }
  }
}
