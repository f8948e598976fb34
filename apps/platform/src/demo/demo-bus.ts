import { contracts, type EventContract } from '@edtech/contracts';
import {
  EventContracts,
  inMessageContext,
  NO_STREAM,
  OutsideProducer,
  SystemClock,
  type Actor,
  type StreamPosition,
} from '@edtech/shared-kernel';
import type { Json } from './api.ts';

const BUS = 'edtech-event-bus';

export interface Told {
  /** Which thing it happened to, and after what. */
  readonly aggregateId: string;
  readonly from?: StreamPosition;
  readonly correlation: string;
  readonly cause: string;
  readonly actor: Actor;
}

/**
 * Tells the events of services that do not exist yet. The endpoint knows a caller by its access key, and takes from it only the events of the
 * service that the key names.
 */
export class DemoBus {
  readonly #contracts = new EventContracts(contracts);
  readonly #producers = new Map<string, OutsideProducer>();

  constructor(private readonly url: string) {}

  /** Returns when the bus has the event: as a log would show it, and where its stream stands now. Throws when the bus does not take it. */
  async publish<P extends object>(
    { name, producer, aggregateType }: EventContract<P>,
    payload: P,
    { aggregateId, from = NO_STREAM, correlation, cause, actor }: Told,
  ): Promise<{ shown: Json; position: StreamPosition }> {
    const { event, position } = await inMessageContext({ messageId: cause, correlationId: correlation, actor }, () =>
      this.#producer(producer).tell({ aggregateType, aggregateId }, from, name, payload),
    );
    const actorOf: Json = JSON.parse(event.actor);
    return { shown: { ...event, traceparent: null, actor: actorOf, service: producer }, position };
  }

  close(): void {
    for (const producer of this.#producers.values()) producer.close();
    this.#producers.clear();
  }

  #producer(service: string): OutsideProducer {
    const known = this.#producers.get(service);
    if (known !== undefined) return known;
    const options = { endpoint: this.url, accessKeyId: service, busName: BUS };
    const producer = new OutsideProducer(this.#contracts, new SystemClock(), options);
    this.#producers.set(service, producer);
    return producer;
  }
}
