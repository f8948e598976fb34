import { AggregateRoot } from './aggregate-root.ts';
import type { EventClass } from './base-domain.event.ts';
import type { StreamPosition } from './stream-position.ts';

/** One event of a stream as its store read it: the payload in its newest shape. */
export interface HistoricalEvent {
  readonly eventName: string;
  readonly streamVersion: number;
  readonly recordedAt: string;
  readonly payload: object;
  /** Chain hash of the event as it is stored. */
  readonly hash: string;
}

/**
 * An aggregate whose history is its only truth: `when` is the one way in which its state changes, live and on replay. `State` is plain JSON;
 * a snapshot of it saves the replay of old events and may be thrown away at any time.
 */
export abstract class EventSourcedAggregate<Events extends EventClass, State extends object> extends AggregateRoot<Events> {
  /** Name of the event that every stream begins with. */
  protected abstract readonly beginsWith: Events['EVENT_NAME'];
  protected abstract state: State;

  /** The state with everything that was recorded, also what is not saved yet. */
  get snapshot(): State {
    return structuredClone(this.state);
  }

  /** Goes on from a snapshot: `position` is that of the last event it holds. */
  restore(state: State, position: StreamPosition): this {
    this.state = structuredClone(state);
    this.standAt(position);
    return this;
  }

  /**
   * Folds what follows where the aggregate stands. Throws BrokenHistory when the events are not dense or do not begin with the event that
   * creates the aggregate, UnknownEvent for one that `when` does not know; then the aggregate is of no use.
   */
  replay(history: Iterable<HistoricalEvent>): this {
    let at = this.position;
    for (const { eventName, streamVersion, recordedAt, payload, hash } of history) {
      if (streamVersion !== at.version + 1)
        throw new BrokenHistory(this.constructor.name, `version ${streamVersion} follows version ${at.version}`);
      if (streamVersion === 1 && eventName !== this.beginsWith)
        throw new BrokenHistory(this.constructor.name, `it begins with ${eventName} instead of ${this.beginsWith}`);
      this.fold(eventName, payload);
      at = { version: streamVersion, hash, recordedAt };
    }
    if (at.version === 0) throw new BrokenHistory(this.constructor.name, 'it holds no event');
    this.standAt(at);
    return this;
  }
}

/** A stream was read with a gap, out of order, or without its beginning: state built from it would be wrong. */
export class BrokenHistory extends Error {
  readonly code = 'BROKEN_HISTORY';

  constructor(
    readonly aggregate: string,
    readonly reason: string,
  ) {
    super(`the history of this ${aggregate} cannot be replayed: ${reason}`);
    this.name = 'BrokenHistory';
  }
}
