import { hash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  BrokenStream,
  InvalidStream,
  streamLabel,
  VersionAhead,
  type EventStore,
  type StreamEvent,
  type StreamName,
} from '../../application/event-store.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import type { Actor } from '../../domain/actor.ts';
import type { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { ConcurrencyConflict, NotFound } from '../../domain/domain.error.ts';
import type { HistoricalEvent } from '../../domain/event-sourced.aggregate.ts';
import type { StreamPosition } from '../../domain/stream-position.ts';
import { changedFields, type FieldChange } from './changed-fields.ts';
import { WritingLanes } from './writing-lanes.ts';

/** What the repository needs of an EventSourcedAggregate. */
export interface EventSourced<State extends object> {
  readonly id: string;
  readonly position: StreamPosition;
  readonly subject: string | undefined;
  readonly snapshot: State;
  getUncommittedEvents(): readonly BaseDomainEvent[];
  standAt(position: StreamPosition): void;
  replay(history: Iterable<HistoricalEvent>): unknown;
}

export interface EventSourcedClass<State extends object, A extends EventSourced<State>> {
  readonly AGGREGATE_TYPE: string;
  fromHistory(events: Iterable<HistoricalEvent>): A;
  fromSnapshot(state: State, position: StreamPosition, tail: Iterable<HistoricalEvent>): A;
}

export interface EventSourcedRepositoryOptions {
  /** How often `change` decides before it gives up a race against other processes. Default: 8. */
  readonly attempts?: number;
  /** Aggregates that are kept in memory, the most recently used ones. Default: 1,000; 0 keeps none. */
  readonly cached?: number;
  /** A snapshot is taken each time so many events have come, once there are more than 100. Default: 100. */
  readonly snapshotEvery?: number;
  /** Change it with code that folds but stands outside of the aggregate's class: snapshots of the old code are ignored then. */
  readonly foldRevision?: string;
  /** Hears of a snapshot that could not be written; nothing else depends on it. */
  readonly snapshotFailed?: (error: unknown) => void;
  readonly pause?: (ms: number) => Promise<unknown>;
}

export interface Decided<T> {
  readonly result: T;
  /** Where the stream stands now. */
  readonly position: StreamPosition;
}

/** The state as it was. */
export interface StateAt<State extends object> {
  readonly state: State;
  readonly streamVersion: number;
  readonly recordedAt: string;
}

/** One entry of an audit trail: what happened, who did it and why, and what it changed. */
export interface HistoryEntry {
  readonly streamVersion: number;
  readonly eventId: string;
  readonly eventName: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string;
  readonly changed: readonly FieldChange[];
}

interface Cached<State> {
  readonly state: State;
  readonly position: StreamPosition;
}

const SNAPSHOTS_BEYOND = 100;
/** Most streams are shorter; a longer one pays for these commits, its snapshot and what lies between. */
const RECENT_COMMITS = 25;

/** Loads and saves the aggregates of one event-sourced class. One instance per process: its writers of one stream take turns. */
export class EventSourcedRepository<State extends object, A extends EventSourced<State>> {
  readonly #lanes = new WritingLanes();
  readonly #cache = new Map<string, Cached<State>>();
  /** What stands at the end of its stream: only that may be continued. */
  readonly #atEnd = new WeakSet<A>();
  readonly #commitIds = new WeakMap<BaseDomainEvent, string>();
  readonly #background = new Set<Promise<void>>();
  readonly #foldFingerprint: string;
  readonly #options: Required<EventSourcedRepositoryOptions>;

  constructor(
    private readonly store: EventStore,
    private readonly aggregateClass: EventSourcedClass<State, A>,
    options: EventSourcedRepositoryOptions = {},
  ) {
    this.#options = {
      attempts: 8,
      cached: 1_000,
      snapshotEvery: 100,
      foldRevision: '',
      snapshotFailed: () => undefined,
      pause: (ms) => delay(ms),
      ...options,
    };
    this.#foldFingerprint = hash('sha256', JSON.stringify([this.#options.foldRevision, String(aggregateClass)]));
  }

  /**
   * The aggregate with everything that was acknowledged before the call. Throws NotFound, and what reading throws: BrokenStream,
   * UnknownContract, UnknownEvent, BrokenHistory, StreamArchived.
   */
  async get(id: string): Promise<A> {
    const cached = this.#cache.get(id);
    try {
      const aggregate = await this.#orNotFound(id, cached === undefined ? this.#load(id) : this.#continue(id, cached));
      this.#atEnd.add(aggregate);
      this.#remember(id, aggregate);
      return aggregate;
    } catch (error) {
      this.#cache.delete(id);
      throw error;
    }
  }

  /**
   * Appends what the aggregate recorded, all or nothing; without events nothing is written. Throws ConcurrencyConflict when the stream went on,
   * NotAtItsEnd for an aggregate that this repository has not loaded, and what `EventStore.append` throws. Saving the same aggregate again after
   * an error is safe: what the first attempt wrote is recognised.
   */
  async save(aggregate: A, commitId?: string): Promise<StreamPosition> {
    const events = [...aggregate.getUncommittedEvents()];
    const from = aggregate.position;
    const last = events.at(-1);
    if (last === undefined) return from;
    const stream = this.#stream(aggregate.id);
    if (from.version > 0 && !this.#atEnd.has(aggregate)) throw new NotAtItsEnd(streamLabel(stream));
    const id = commitId ?? this.#commitIds.get(last) ?? randomUUID();
    this.#commitIds.set(last, id);
    let position: StreamPosition;
    try {
      position = await this.store.append(stream, events, {
        expected: from.version === 0 ? 'no-stream' : from,
        commitId: id,
        subject: aggregate.subject,
      });
    } catch (error) {
      this.#cache.delete(stream.aggregateId);
      throw error;
    }
    if (aggregate.getUncommittedEvents().length !== events.length) throw new ChangedWhileSaved(streamLabel(stream));
    aggregate.standAt(position);
    this.#atEnd.add(aggregate);
    const saved = this.#remember(stream.aggregateId, aggregate);
    this.#snapshotWhenDue(stream, from.version, saved);
    return position;
  }

  /**
   * Decides and saves; another writer's success means that it decides again on the new state, some times, then ConcurrencyConflict is thrown.
   * `decide` must do nothing but call methods of the aggregate, synchronously: it may run several times, first on a state from memory, and only its
   * last run counts. What it throws is thrown when it holds on the newest state. Throws NotFound, AsyncDecision and what `save` throws.
   *
   * An error of the connection leaves open whether the decision is stored: repeat the call only if `decide` then records nothing a second time.
   */
  async change<T>(id: string, decide: (aggregate: A) => T): Promise<Decided<T>> {
    return this.#lanes.run(id, async () => {
      let remembered = this.#fromMemory(id);
      for (let attempt = 0; ;) {
        const isFresh = remembered === undefined;
        const aggregate = remembered ?? (await this.get(id));
        remembered = undefined;
        let result: T;
        try {
          result = decide(aggregate);
        } catch (error) {
          if (isFresh) throw error;
          continue;
        }
        if (result instanceof Promise) {
          result.catch(() => undefined);
          throw new AsyncDecision(this.aggregateClass.AGGREGATE_TYPE);
        }
        const decidedNothing = aggregate.getUncommittedEvents().length === 0;
        if (decidedNothing && isFresh) return { result, position: aggregate.position };
        if (decidedNothing) continue;
        try {
          return { result, position: await this.save(aggregate) };
        } catch (error) {
          if (!(error instanceof ConcurrencyConflict) || ++attempt >= this.#options.attempts) throw error;
          await this.#options.pause(fullJitter(attempt, 5, 500));
        }
      }
    });
  }

  /** The state at a version, or what was known at an instant. Throws NotFound before the first event, VersionAhead beyond the last. */
  async stateAt(id: string, at: { readonly version: number } | { readonly asOf: Date }): Promise<StateAt<State>> {
    const read = this.store.readStream(this.#stream(id), 'version' in at ? { upTo: at.version } : at);
    const events = await this.#orNotFound(id, read.all());
    const last = events.at(-1);
    if (last === undefined) throw this.#notFound(id);
    const { streamVersion, recordedAt } = last;
    if ('version' in at && at.version > streamVersion)
      throw new VersionAhead(streamLabel(this.#stream(id)), at.version, streamVersion);
    return { state: this.aggregateClass.fromHistory(events).snapshot, streamVersion, recordedAt };
  }

  /** Every event of the aggregate with actor, cause and changed fields, oldest first. Throws NotFound. */
  async historyOf(id: string): Promise<HistoryEntry[]> {
    const events = await this.#orNotFound(id, this.store.readStream(this.#stream(id)).all());
    const [first, ...others] = events;
    if (first === undefined) throw this.#notFound(id);
    const aggregate = this.aggregateClass.fromHistory([first]);
    let before = aggregate.snapshot;
    const beginning = entryOf(first, changedFields({}, before));
    return [
      beginning,
      ...others.map((event) => {
        aggregate.replay([event]);
        const after = aggregate.snapshot;
        const entry = entryOf(event, changedFields(before, after));
        before = after;
        return entry;
      }),
    ];
  }

  /** The fields that differ between two versions. Throws NotFound and VersionAhead as `stateAt`. */
  async diff(id: string, from: number, to: number): Promise<FieldChange[]> {
    const [before, after] = await Promise.all([this.stateAt(id, { version: from }), this.stateAt(id, { version: to })]);
    return changedFields(before.state, after.state);
  }

  /** Waits for the snapshots that are being written. */
  async idle(): Promise<void> {
    await Promise.all(this.#background);
  }

  /** In one call for a stream of a few commits; else from a snapshot and what followed it, or from the whole stream. */
  async #load(id: string): Promise<A> {
    const stream = this.#stream(id);
    const { events, end } = await this.store.readRecent(stream, RECENT_COMMITS);
    if (end.version === 0) throw this.#notFound(id);
    if (events[0]?.streamVersion === 1) return this.aggregateClass.fromHistory(events);
    const bySnapshot = end.version > SNAPSHOTS_BEYOND ? await this.#fromSnapshot(stream, events) : undefined;
    return bySnapshot ?? this.aggregateClass.fromHistory(await this.store.readStream(stream).all());
  }

  /** Undefined when there is no snapshot that the history confirms. */
  async #fromSnapshot(stream: StreamName, recent: readonly StreamEvent[]): Promise<A | undefined> {
    const snapshot = await this.store.loadSnapshot<State>(stream, this.#foldFingerprint);
    if (snapshot === undefined) return undefined;
    const { position, state } = snapshot;
    const at = recent.findIndex(({ streamVersion }) => streamVersion === position.version);
    if (at >= 0 && recent[at]?.hash !== position.hash) return undefined;
    if (at >= 0) return this.aggregateClass.fromSnapshot(state, position, recent.slice(at + 1));
    try {
      return this.aggregateClass.fromSnapshot(state, position, await this.store.readStream(stream, { after: position }).all());
    } catch (error) {
      if (error instanceof BrokenStream) return undefined;
      throw error;
    }
  }

  async #continue(id: string, { state, position }: Cached<State>): Promise<A> {
    const tail = await this.store.readStream(this.#stream(id), { after: position }).all();
    return this.aggregateClass.fromSnapshot(state, position, tail);
  }

  #fromMemory(id: string): A | undefined {
    const cached = this.#cache.get(id);
    if (cached === undefined) return undefined;
    const aggregate = this.aggregateClass.fromSnapshot(cached.state, cached.position, []);
    this.#atEnd.add(aggregate);
    return aggregate;
  }

  #remember(id: string, aggregate: A): Cached<State> {
    const known = this.#cache.get(id);
    const cached = { state: aggregate.snapshot, position: aggregate.position };
    const newest = known !== undefined && known.position.version > cached.position.version ? known : cached;
    this.#cache.delete(id);
    this.#cache.set(id, newest);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= this.#options.cached) break;
      this.#cache.delete(oldest);
    }
    return cached;
  }

  #snapshotWhenDue(stream: StreamName, from: number, { state, position }: Cached<State>): void {
    const { snapshotEvery, snapshotFailed } = this.#options;
    const isDue = Math.floor(position.version / snapshotEvery) > Math.floor(from / snapshotEvery);
    if (!isDue || position.version <= SNAPSHOTS_BEYOND) return;
    const writing = this.store.saveSnapshot(stream, { state, position, foldFingerprint: this.#foldFingerprint }).then(
      () => undefined,
      (error: unknown) => snapshotFailed(error),
    );
    this.#background.add(writing);
    void writing.finally(() => this.#background.delete(writing));
  }

  #stream(aggregateId: string): StreamName {
    return { aggregateType: this.aggregateClass.AGGREGATE_TYPE, aggregateId };
  }

  /** What cannot be an id is the id of nothing. */
  async #orNotFound<T>(id: string, read: Promise<T>): Promise<T> {
    try {
      return await read;
    } catch (error) {
      throw error instanceof InvalidStream ? this.#notFound(id) : error;
    }
  }

  #notFound(id: string): NotFound {
    return new NotFound(this.aggregateClass.AGGREGATE_TYPE, id);
  }
}

function entryOf(event: StreamEvent, changed: readonly FieldChange[]): HistoryEntry {
  const { streamVersion, eventId, eventName, occurredAt, recordedAt, actor, correlationId, causationId } = event;
  return { streamVersion, eventId, eventName, occurredAt, recordedAt, actor, correlationId, causationId, changed };
}

/** The aggregate was put together from somewhere else than the end of its stream: what it would append could start a second history. */
export class NotAtItsEnd extends Error {
  readonly code = 'NOT_AT_ITS_END';

  constructor(readonly stream: string) {
    super(
      `this state of ${stream} does not come from its repository, so it may be an old one; get() it there before changing it`,
    );
    this.name = 'NotAtItsEnd';
  }
}

/** The aggregate recorded more while its events were under way: nobody can tell any more which of them are stored. */
export class ChangedWhileSaved extends Error {
  readonly code = 'CHANGED_WHILE_SAVED';

  constructor(readonly stream: string) {
    super(
      `${stream} was changed while it was being saved: what it had recorded before is stored; load it and decide the rest again`,
    );
    this.name = 'ChangedWhileSaved';
  }
}

/** A decision that waits would see a state that others have changed meanwhile. */
export class AsyncDecision extends Error {
  readonly code = 'ASYNC_DECISION';

  constructor(readonly aggregateType: string) {
    super(`a decision about ${aggregateType} returned a promise: ask others first, then decide in change() without waiting`);
    this.name = 'AsyncDecision';
  }
}
