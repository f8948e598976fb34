import type { Actor } from './actor.ts';
import type { RecordedEvent } from './recorded-event.ts';

/**
 * A fact in storage form. An aggregate creates it from its payload alone; everything else (ids, times, actor, correlation, version)
 * is stamped once, when the event is recorded, and is there when a handler receives it.
 *
 * Stored and published: an optional field may be added freely; any other change raises the contract's schema version and adds an upcaster.
 */
export abstract class BaseDomainEvent<P extends object = object> {
  static readonly EVENT_NAME: string;

  readonly eventName: string;

  constructor(
    readonly payload: Readonly<P>,
    readonly recorded?: RecordedEvent<P>,
  ) {
    this.eventName = new.target.EVENT_NAME;
  }

  get eventId(): string {
    return this.metadata.eventId;
  }
  get occurredAt(): string {
    return this.metadata.occurredAt;
  }
  get aggregateId(): string {
    return this.metadata.aggregateId;
  }
  get streamVersion(): number {
    return this.metadata.streamVersion;
  }
  get correlationId(): string {
    return this.metadata.correlationId;
  }
  get causationId(): string {
    return this.metadata.causationId;
  }
  /** The user the event is about; who did it is `actor`. */
  get userId(): string {
    return this.metadata.userId;
  }
  get actor(): Actor {
    return this.metadata.actor;
  }

  private get metadata(): RecordedEvent<P> {
    if (this.recorded === undefined) throw new EventNotRecorded(this.eventName);
    return this.recorded;
  }
}

/** Metadata of an event was asked for before the event was saved. */
export class EventNotRecorded extends Error {
  readonly code = 'EVENT_NOT_RECORDED';

  constructor(readonly eventName: string) {
    super(`${eventName} has no metadata yet: it is stamped when the aggregate is saved`);
    this.name = 'EventNotRecorded';
  }
}

/** Any event class with its name; the constructor takes the payload and, when revived from the log, the whole record. */
export interface EventClass {
  new (payload: never, recorded?: never): BaseDomainEvent;
  readonly EVENT_NAME: string;
}
