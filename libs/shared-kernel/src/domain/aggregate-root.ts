import { AggregateRoot as NestAggregateRoot } from '@nestjs/cqrs';
import type { BaseDomainEvent, EventClass } from './base-domain.event.ts';
import { PreconditionFailed } from './domain.error.ts';
import { NO_STREAM, type StreamPosition } from './stream-position.ts';

type PayloadOfClass<C> = C extends new (payload: infer P, ...rest: never[]) => object ? Readonly<P> : never;

/** What each event does to the state. Leaving one of `Events` out is a compile error. */
export type When<Events extends EventClass> = {
  readonly [C in Events as C['EVENT_NAME']]: (payload: PayloadOfClass<C>) => void;
};

/**
 * An aggregate root: methods decide and record, only `when` changes state. `Events` is the union of its event classes
 * (`typeof A | typeof B`). `repository.save()` stores state and events in one transaction; there is no other way out for an event.
 */
export abstract class AggregateRoot<Events extends EventClass> extends NestAggregateRoot<BaseDomainEvent> {
  static readonly AGGREGATE_TYPE: string;

  abstract readonly id: string;
  /** The user the aggregate is about, with what was recorded: `userId` of every event whose contract does not name one. */
  get subject(): string | undefined {
    return undefined;
  }
  protected abstract readonly when: When<Events>;
  #position: StreamPosition = NO_STREAM;

  /** Version of the last event of the stream, recorded events that are not saved yet included. */
  get streamVersion(): number {
    return this.#position.version + this.getUncommittedEvents().length;
  }

  /** Where the stream stood when it was read or last saved. */
  get position(): StreamPosition {
    return this.#position;
  }

  /** Throws PreconditionFailed when the caller has seen another version than this one; no expectation passes. */
  expectVersion(expected: number | undefined): void {
    if (expected !== undefined && expected !== this.streamVersion) {
      throw new PreconditionFailed(`${this.constructor.name} ${this.id}`, expected, this.streamVersion);
    }
  }

  /** Called by the repository: the stream stands here now, and what was recorded is on its way into the log. */
  standAt(position: StreamPosition): void {
    this.#position = position;
    this.uncommit();
  }

  /** Refused: as Nest writes it, commit() publishes nothing and clears the events. Save the aggregate instead. */
  override commit(): never {
    throw new Error('commit() is not part of the write path: repository.save(aggregate) records and publishes its events');
  }

  /** Changes the state by the event and keeps the event to be saved. */
  protected record(event: InstanceType<Events>): void {
    this.fold(event.eventName, event.payload);
    super.apply(event, { skipHandler: true });
  }

  /** Changes the state by a stored payload of the newest schema. Throws UnknownEvent: state built without an event would be wrong. */
  protected fold(eventName: string, payload: object): void {
    const reactions: Readonly<Record<string, (payload: never) => void>> = this.when;
    const react = Object.hasOwn(reactions, eventName) ? reactions[eventName] : undefined;
    if (react === undefined) throw new UnknownEvent(this.constructor.name, eventName);
    Reflect.apply(react, this, [payload]);
  }
}

/** A stream holds an event that its aggregate does not know: the load stops, no command is accepted. */
export class UnknownEvent extends Error {
  readonly code = 'UNKNOWN_EVENT';

  constructor(
    readonly aggregate: string,
    readonly eventName: string,
  ) {
    super(`${aggregate} does not know the event ${eventName}; deploy the release that wrote it before accepting commands`);
    this.name = 'UnknownEvent';
  }
}
