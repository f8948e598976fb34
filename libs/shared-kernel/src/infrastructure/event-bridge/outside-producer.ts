import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Clock } from '../../application/clock.ts';
import type { EventContracts } from '../../application/event-contract.ts';
import type { StreamName } from '../../application/event-store.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import type { StreamPosition } from '../../domain/stream-position.ts';
import { EventRecorder } from '../domain-events/event-recorder.ts';
import { EventBridgeService } from './event-bridge.service.ts';
import { putEvents } from './put-events.ts';

export interface OutsideProducerOptions {
  readonly endpoint: string;
  /** Names the service whose events it tells; the bus takes no others from it. */
  readonly accessKeyId: string;
  readonly busName: string;
}

export interface ToldEvent {
  readonly event: StoredEvent;
  /** Where the stream stands now. */
  readonly position: StreamPosition;
}

/** Tells events for a service that does not run: for demos and tools. It has no log, so what it could not tell is lost. */
export class OutsideProducer {
  readonly #client: EventBridgeClient;
  readonly #publisher: EventBridgeService;
  readonly #recorder: EventRecorder;

  constructor(contracts: EventContracts, clock: Clock, { endpoint, accessKeyId, busName }: OutsideProducerOptions) {
    this.#client = new EventBridgeClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'local' },
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    });
    this.#publisher = new EventBridgeService(putEvents(this.#client, busName), contracts);
    this.#recorder = new EventRecorder(contracts, clock);
  }

  /**
   * Stamps the event from the message context as the next of the stream and returns when the bus has it. Throws what EventRecorder throws, and
   * EventNotPublished.
   */
  async tell(
    { aggregateType, aggregateId }: StreamName,
    from: StreamPosition,
    eventName: string,
    payload: object,
  ): Promise<ToldEvent> {
    const { events, position } = this.#recorder.record(
      aggregateType,
      aggregateId,
      from,
      [eventOf(eventName, payload)],
      aggregateId,
    );
    const [event] = events;
    if (event === undefined) throw new Error('one event was recorded');
    await this.#publisher.publishEvent(event);
    return { event, position };
  }

  close(): void {
    this.#client.destroy();
  }
}

function eventOf(eventName: string, payload: object): BaseDomainEvent {
  class Told extends BaseDomainEvent {
    static override readonly EVENT_NAME = eventName;
  }
  return new Told(payload);
}
