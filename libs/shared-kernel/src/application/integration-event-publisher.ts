import type { StoredEvent } from './stored-event.ts';

export type PublishOutcome =
  | { readonly accepted: true; readonly busId: string }
  | { readonly accepted: false; readonly code: string; readonly message: string };

/** The bus between services. At least once: a lost reply means that an event is sent again. */
export abstract class IntegrationEventPublisher {
  /** Returns when the bus has the event. Throws EventNotPublished after some attempts; else as `publishBatch`. */
  async publishEvent(event: StoredEvent): Promise<void> {
    const [outcome] = await this.publishBatch([event]);
    if (outcome?.accepted === false) throw new EventNotPublished(event.eventId, outcome.code, outcome.message);
  }

  /**
   * One outcome per event, in their order. What the bus refuses is sent again alone, a limited number of times; nothing of a stream is
   * accepted last that is older than something accepted before it. Throws UnknownContract and EntryTooLarge before anything is sent.
   */
  abstract publishBatch(events: readonly StoredEvent[]): Promise<readonly PublishOutcome[]>;
}

/** The bus refused an event in every attempt. Sending it again is safe: consumers deduplicate on its id. */
export class EventNotPublished extends Error {
  readonly code = 'EVENT_NOT_PUBLISHED';

  constructor(
    readonly eventId: string,
    readonly reason: string,
    details: string,
  ) {
    super(`the bus refused event ${eventId} (${reason}: ${details}); publish it again later`);
    this.name = 'EventNotPublished';
  }
}
