import type { BaseDomainEvent } from '../domain/base-domain.event.ts';
import { DomainError } from '../domain/domain.error.ts';
import type { RecordedEvent } from '../domain/recorded-event.ts';
import type { StreamPosition } from '../domain/stream-position.ts';
import { Unavailable } from './unavailable.ts';

/** Identity of a stream: one aggregate. */
export interface StreamName {
  readonly aggregateType: string;
  /** 1 to 64 characters of `[A-Za-z0-9_-]`. */
  readonly aggregateId: string;
}

/** An event of a stream, its payload in the newest shape; `hash` is the chain hash of what is stored. */
export interface StreamEvent extends RecordedEvent {
  readonly hash: string;
}

export interface AppendOptions {
  /**
   * Where the stream stands: what a read that reached its end, or an earlier append, has answered. A position from anywhere else, such as
   * the middle of a commit, would start a second history that every later read refuses.
   */
  readonly expected: 'no-stream' | StreamPosition;
  /** Identity of the decision, 1 to 128 characters: repeating an append with it is safe at any time. */
  readonly commitId: string;
  /** The user the events are about whose contracts do not name one. */
  readonly subject?: string | undefined;
}

export interface ReadOptions {
  /** Leaves out what is not newer. The position of an earlier read also proves that nothing before it was changed. */
  readonly after?: StreamPosition | number;
  /** The last version to read. */
  readonly upTo?: number;
  /** Only what the store had learned by then (`recordedAt`, inclusive). */
  readonly asOf?: Date;
}

/** The newest commits of a stream, oldest first. */
export interface RecentEvents {
  readonly events: readonly StreamEvent[];
  readonly end: StreamPosition;
}

/** A state that saves the replay of old events. It may be lost or thrown away at any time and decides nothing. */
export interface Snapshot<State extends object = object> {
  readonly state: State;
  /** Where the stream stood. */
  readonly position: StreamPosition;
  /** Names the code that folded the state; other code ignores it. */
  readonly foldFingerprint: string;
}

/**
 * A read under way: iterate it once for the events. `end` is known only when the iteration reached the end of the stream; a position
 * inside of it would start a second history.
 */
export class StreamReading implements AsyncIterable<StreamEvent> {
  #end: StreamPosition | undefined;

  constructor(
    private readonly stream: StreamName,
    private readonly read: (reached: (end: StreamPosition) => void) => AsyncIterator<StreamEvent>,
  ) {}

  [Symbol.asyncIterator](): AsyncIterator<StreamEvent> {
    this.#end = undefined;
    return this.read((end) => {
      this.#end = end;
    });
  }

  /** Where the stream stands; NO_STREAM when it does not exist. Throws EndNotReached before, and when `upTo` or `asOf` cut the read short. */
  get end(): StreamPosition {
    if (this.#end === undefined) throw new EndNotReached(this.stream);
    return this.#end;
  }

  /** Everything there is to read. */
  async all(): Promise<StreamEvent[]> {
    const events: StreamEvent[] = [];
    for await (const event of this) events.push(event);
    return events;
  }
}

/** Append-only streams of events, one per aggregate: the only truth about it. Every call may throw EventStoreUnavailable. */
export abstract class EventStore {
  /**
   * Appends all events or none and answers where the stream stands then. Metadata comes from the message context. Of all appends that saw
   * one position exactly one succeeds; the others throw ConcurrencyConflict. Repeating a call with its commitId and expected position, at
   * any time and also when the first reply was lost, answers the position of the first one and writes nothing.
   *
   * Before anything is sent it throws InvalidStream, NothingToAppend, TooManyEvents, CommitTooLarge, EventTooLarge, NoMessageContext,
   * UnknownContract, SubjectUnknown and what a contract throws. StreamSealed: the stream takes no more events. CommitIdReused: another decision has this
   * commitId.
   */
  abstract append(stream: StreamName, events: readonly BaseDomainEvent[], options: AppendOptions): Promise<StreamPosition>;

  /**
   * The events in their order, with everything that was acknowledged before the read began. Nothing is read before the iteration. Iterating
   * throws InvalidStream, BrokenStream for a gap or a broken order, StreamArchived, UnknownContract (nothing is skipped), and what a
   * contract throws.
   */
  abstract readStream(stream: StreamName, options?: ReadOptions): StreamReading;

  /** At most `commits` of the newest commits in one call; all there are when the first event has version 1. Throws as `readStream`. */
  abstract readRecent(stream: StreamName, commits: number): Promise<RecentEvents>;

  /** Where the stream stands, in one call; NO_STREAM when it does not exist. */
  abstract position(stream: StreamName): Promise<StreamPosition>;

  /** 0 when the stream does not exist. */
  async currentVersion(stream: StreamName): Promise<number> {
    return (await this.position(stream)).version;
  }

  /**
   * Walks the whole chain and answers where it ends. Throws BrokenStream, which names the place, when an event was changed, removed or moved.
   * Events missing at the end are found by whoever knows a later position.
   */
  abstract verify(stream: StreamName): Promise<StreamPosition>;

  /** The snapshot, if the fold that asks for it made it: `State` is what this fold makes. */
  abstract loadSnapshot<State extends object>(stream: StreamName, foldFingerprint: string): Promise<Snapshot<State> | undefined>;

  /** False: a newer one is there, this one was not kept. Throws CommitTooLarge. */
  abstract saveSnapshot(stream: StreamName, snapshot: Snapshot): Promise<boolean>;
}

/** How a stream is called in messages and errors. */
export function streamLabel({ aggregateType, aggregateId }: StreamName): string {
  return `${aggregateType}/${aggregateId}`;
}

/** The name cannot be the name of a stream. Nothing was sent. */
export class InvalidStream extends DomainError {
  readonly code = 'INVALID_STREAM';

  constructor(readonly reason: string) {
    super(`there is no such stream: ${reason}`);
  }
}

export class NothingToAppend extends DomainError {
  readonly code = 'NOTHING_TO_APPEND';

  constructor(readonly stream: string) {
    super(`an append to ${stream} holds no event; a decision without events needs no append`);
  }
}

export class TooManyEvents extends DomainError {
  readonly code = 'TOO_MANY_EVENTS';

  constructor(
    readonly stream: string,
    readonly count: number,
    readonly most: number,
  ) {
    super(`one decision about ${stream} has ${count} events, ${most} fit into a commit; make it several decisions`);
  }
}

export class CommitTooLarge extends DomainError {
  readonly code = 'COMMIT_TOO_LARGE';

  constructor(
    readonly stream: string,
    readonly bytes: number,
    readonly most: number,
  ) {
    super(`what is to be stored of ${stream} has ${bytes} bytes, the store takes ${most}; shorten it or store it elsewhere`);
  }
}

export class InvalidCommitId extends DomainError {
  readonly code = 'INVALID_COMMIT_ID';

  constructor(readonly stream: string) {
    super(`a commit to ${stream} needs an id of 1 to 128 characters`);
  }
}

/** A commit with this id is there, and it is not this decision. */
export class CommitIdReused extends DomainError {
  readonly code = 'COMMIT_ID_REUSED';

  constructor(
    readonly stream: string,
    readonly commitId: string,
  ) {
    super(`${stream} holds another decision under the commit id ${commitId}; give every decision an id of its own`);
  }
}

/** The stream was closed for good. */
export class StreamSealed extends DomainError {
  readonly code = 'STREAM_SEALED';

  constructor(
    readonly stream: string,
    readonly version: number,
  ) {
    super(`${stream} is sealed at version ${version} and takes no more events`);
  }
}

/** The events have left the store. */
export class StreamArchived extends DomainError {
  readonly code = 'STREAM_ARCHIVED';

  constructor(
    readonly stream: string,
    readonly archivedTo: string,
  ) {
    super(`the events of ${stream} were archived; read them at ${archivedTo}`);
  }
}

/** An aggregate was asked for at a version that it does not have yet. */
export class VersionAhead extends DomainError {
  readonly code = 'VERSION_AHEAD';

  constructor(
    readonly stream: string,
    readonly version: number,
    readonly head: number,
  ) {
    super(`${stream} is at version ${head}, there is no version ${version} yet`);
  }
}

/** The position of a stream was asked for although its end was not read. */
export class EndNotReached extends Error {
  readonly code = 'END_NOT_REACHED';

  constructor(stream: StreamName) {
    super(
      `the end of ${streamLabel(stream)} was not read, so nobody may append to it; read it without upTo and asOf, to the end`,
    );
    this.name = 'EndNotReached';
  }
}

/**
 * The store does not answer or refuses for the moment: the same call may succeed later. Whether an append took place is unknown; repeating it with
 * its commitId is safe.
 */
export class EventStoreUnavailable extends Unavailable {
  readonly code = 'EVENT_STORE_UNAVAILABLE';

  constructor(cause: unknown) {
    super(`the event store cannot serve at the moment: ${cause instanceof Error ? cause.name : String(cause)}`, { cause });
    this.name = 'EventStoreUnavailable';
  }
}

/** What is stored is not a history: a gap, a broken order, or an event that was changed. State built from it would be wrong. */
export class BrokenStream extends Error {
  readonly code = 'BROKEN_STREAM';
  /** Of the event that does not fit, if it can be told. */
  readonly version: number | undefined;

  constructor(
    readonly stream: string,
    readonly reason: string,
    { version, ...options }: ErrorOptions & { readonly version?: number | undefined } = {},
  ) {
    super(`${stream} cannot be trusted: ${reason}; compare it with the log of its service and with the backups`, options);
    this.name = 'BrokenStream';
    this.version = version;
  }
}
