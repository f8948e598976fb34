import type { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';

/** The reactions of a service's consumers, found by event. */
export class ReactionsByEvent {
  readonly #byEvent = new Map<string, EventReaction[]>();

  /** Throws StrictConsumerIncomplete, OrderAcrossProducers. */
  constructor(
    private readonly contracts: EventContracts,
    reactions: readonly EventReaction[],
  ) {
    for (const reaction of reactions) {
      if (reaction.order === 'strict') this.#assertComplete(reaction);
      if (reaction.order !== 'any') this.#assertOneProducer(reaction);
      const current = this.#inNewestShape(reaction);
      for (const event of reaction.events) this.#byEvent.set(event, [...(this.#byEvent.get(event) ?? []), current]);
    }
  }

  /** Throws NoHandler: an event that a rule delivers and nobody handles must not vanish. */
  of(eventName: string): readonly EventReaction[] {
    const reactions = this.#byEvent.get(eventName);
    if (reactions === undefined) throw new NoHandler(eventName);
    return reactions;
  }

  /** What was held since before a deployment has the shape of its day. */
  #inNewestShape(reaction: EventReaction): EventReaction {
    return {
      ...reaction,
      handle: async (event) => {
        await reaction.handle(this.#newest(event));
      },
    };
  }

  #newest(event: RecordedEvent): RecordedEvent {
    const { schemaVersion } = this.contracts.get(event.eventName);
    if (schemaVersion === event.schemaVersion) return event;
    return { ...event, schemaVersion, payload: this.contracts.read(event.eventName, event.schemaVersion, event.payload).payload };
  }

  #assertComplete(reaction: EventReaction): void {
    const aggregates = new Set(reaction.events.map((name) => this.contracts.get(name).aggregateType));
    for (const { name, aggregateType } of this.contracts)
      if (aggregates.has(aggregateType) && !reaction.events.includes(name))
        throw new StrictConsumerIncomplete(reaction.subscription, name);
  }

  #assertOneProducer(reaction: EventReaction): void {
    const producers = new Map<string, string>();
    for (const { aggregateType, producer } of reaction.events.map((name) => this.contracts.get(name))) {
      const other = producers.get(aggregateType) ?? producer;
      if (other !== producer) throw new OrderAcrossProducers(reaction.subscription, aggregateType);
      producers.set(aggregateType, producer);
    }
  }
}

/** A rule delivers an event that no consumer of this service handles. */
export class NoHandler extends Error {
  readonly code = 'NO_HANDLER';

  constructor(readonly eventName: string) {
    super(`no handler for ${eventName}: deploy its consumer, then redrive, or remove its rule`);
    this.name = 'NoHandler';
  }
}

/** Without every event of its aggregate a strict consumer would wait for ever at the first one it does not get. */
export class StrictConsumerIncomplete extends Error {
  readonly code = 'STRICT_CONSUMER_INCOMPLETE';

  constructor(
    readonly subscription: string,
    readonly eventName: string,
  ) {
    super(`${subscription} is strict but does not consume ${eventName}; consume it, or use the order 'latest'`);
    this.name = 'StrictConsumerIncomplete';
  }
}

/** Each producer counts the versions of its own streams: the first event of one would make that of another look outdated, and lose it. */
export class OrderAcrossProducers extends Error {
  readonly code = 'ORDER_ACROSS_PRODUCERS';

  constructor(
    readonly subscription: string,
    readonly aggregateType: string,
  ) {
    super(`${subscription} follows ${aggregateType} of several services; use the order 'any', or one method for each service`);
    this.name = 'OrderAcrossProducers';
  }
}
