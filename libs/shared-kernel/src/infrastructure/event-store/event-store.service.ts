import { randomUUID } from 'node:crypto';
import type { Clock } from '../../application/clock.ts';
import { crashpoint } from '../../application/crashpoint.ts';
import type { EventContracts } from '../../application/event-contract.ts';
import {
  CommitIdReused,
  CommitTooLarge,
  EventStore,
  InvalidCommitId,
  NothingToAppend,
  StreamReading,
  StreamSealed,
  streamLabel,
  TooManyEvents,
  type AppendOptions,
  type ReadOptions,
  type RecentEvents,
  type Snapshot,
  type StreamEvent,
  type StreamName,
} from '../../application/event-store.ts';
import type { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { ConcurrencyConflict } from '../../domain/domain.error.ts';
import type { HistoricalEvent } from '../../domain/event-sourced.aggregate.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import { NO_STREAM, type StreamPosition } from '../../domain/stream-position.ts';
import { EventRecorder, type ChainedEvent } from '../domain-events/event-recorder.ts';
import { changedItems, type ChangedItem } from './changed-items.ts';
import { CommitReader } from './commit-reader.ts';
import { itemBytes, type EventTable, type Item } from './event-table.ts';
import {
  checksumOf,
  decodeItem,
  encodeArchived,
  encodeCommit,
  encodeSeal,
  endOf,
  positionAttributes,
  positionIn,
  storedEvent,
  textOf,
  withChecksum,
  type EventRecord,
  type StoredItem,
} from './stored-commit.ts';
import { StreamNotCopied, StreamNotSealed, type StreamArchive } from './stream-archive.ts';
import { ALL_EVENTS, commitKey, markOf, SNAPSHOT_SORT_KEY, StreamKeys, versionOfKey } from './stream-keys.ts';

export const MOST_EVENTS = 90;
export const MOST_ITEM_BYTES: number = 350 * 1024;

/** A record of the guide, one per event, with what it lacks; `fromHistory` takes it as it is. Payloads are in their newest shape. */
export interface EventStoreRecord extends HistoricalEvent {
  readonly PK: string;
  readonly SK: string;
  readonly eventId: string;
  readonly schemaVersion: number;
  readonly aggregateId: string;
  readonly aggregateType: string;
  readonly version: number;
  readonly occurredAt: string;
  readonly metadata: Pick<RecordedEvent, 'correlationId' | 'causationId' | 'userId' | 'actor' | 'traceparent'>;
}

export interface EventStoreOptions {
  /**
   * Marks under which the feed finds what it has not copied; one carries about 500 commits per second. Never lower it while
   * commits wait. Default: 4.
   */
  readonly shards?: number;
  readonly random?: () => number;
  /** Of events. Default: UUIDv7. */
  readonly newId?: () => string;
  /** Called after each append that was stored: to wake the relay. */
  readonly appended?: () => void;
}

export interface StoredRange {
  readonly after?: StreamPosition;
  /** Every hash and every stored byte, not only the link to what was read before. */
  readonly everything?: boolean;
}

/** A commit that the feed has not copied yet: `version` is that of its first event. */
export interface PendingCommit extends StreamName {
  readonly version: number;
}

/**
 * Streams of events in one DynamoDB table, one item per commit: each append is one conditional put on the key after the position that the
 * writer has seen.
 *
 * Records as the guide's sample stored them (maps, a key made of time and event id) are read in the order of their versions, before the
 * commits; `position` answers where they end, and an append there goes on with commits. Only one kind of writer may be active: a record with a
 * time-based key that turns up beside commits of its version makes the stream a broken one, it is never passed over. `'no-stream'` does not see
 * such records: an append to a stream that may hold some must expect the `position` that was read.
 */
export class EventStoreService extends EventStore {
  readonly #keys: StreamKeys;
  readonly #reader: CommitReader;
  readonly #recorder: EventRecorder;
  readonly #shards: number;
  readonly #random: () => number;
  readonly #appended: () => void;
  readonly #commitIds = new WeakMap<BaseDomainEvent, string>();

  constructor(
    private readonly table: EventTable,
    private readonly contracts: EventContracts,
    private readonly clock: Clock,
    { shards = 4, random = Math.random, newId, appended = () => undefined }: EventStoreOptions = {},
  ) {
    super();
    this.#keys = new StreamKeys(contracts);
    this.#reader = new CommitReader(table, this.#keys);
    this.#recorder = new EventRecorder(contracts, clock, newId);
    this.#shards = shards;
    this.#random = random;
    this.#appended = appended;
  }

  override async append(
    stream: StreamName,
    events: readonly BaseDomainEvent[],
    { expected, commitId, subject }: AppendOptions,
  ): Promise<StreamPosition> {
    const partition = this.#keys.partition(stream);
    const label = streamLabel(stream);
    if (events.length === 0) throw new NothingToAppend(label);
    if (events.length > MOST_EVENTS) throw new TooManyEvents(label, events.length, MOST_EVENTS);
    if (commitId.length < 1 || commitId.length > 128) throw new InvalidCommitId(label);
    const from = expected === 'no-stream' ? NO_STREAM : expected;
    const recording = this.#recorder.record(stream.aggregateType, stream.aggregateId, from, events, subject);
    const item = encodeCommit(partition, commitId, markOf(Math.floor(this.#random() * this.#shards)), recording.events);
    refuseLargeItem(label, item);
    crashpoint('ddb.before-put');
    const isFirst = await this.table.putNew(item);
    crashpoint('ddb.after-put');
    this.#appended();
    return isFirst ? recording.position : this.#earlierSuccess(stream, from, commitId, recording.events);
  }

  override readStream(stream: StreamName, { after = 0, upTo, asOf }: ReadOptions = {}): StreamReading {
    const latest = asOf?.toISOString();
    const { contracts } = this;
    const reader = this.#reader;
    return new StreamReading(stream, async function* (reached): AsyncGenerator<StreamEvent> {
      for await (const { records } of reader.read(stream, { after, upTo }, reached)) {
        for (const record of records) {
          if (latest !== undefined && record.recordedAt > latest) return;
          yield eventOf(stream, record, contracts);
        }
      }
    });
  }

  override async readRecent(stream: StreamName, commits: number): Promise<RecentEvents> {
    const { commits: recent, end } = await this.#reader.recent(stream, commits);
    return { events: recent.flatMap(({ records }) => records.map((record) => eventOf(stream, record, this.contracts))), end };
  }

  override async position(stream: StreamName): Promise<StreamPosition> {
    return (await this.#reader.head(stream)).position;
  }

  override async verify(stream: StreamName): Promise<StreamPosition> {
    let end = NO_STREAM;
    const reading = this.#reader.read(stream, { after: 0, everything: true }, (reached) => {
      end = reached;
    });
    for await (const { records } of reading) end = endOf(records);
    return end;
  }

  override async loadSnapshot<State extends object>(
    stream: StreamName,
    foldFingerprint: string,
  ): Promise<Snapshot<State> | undefined> {
    const item = await this.table.get({ partition: this.#keys.snapshotPartition(stream), sort: SNAPSHOT_SORT_KEY });
    if (item?.['foldFingerprint']?.S !== foldFingerprint || item['checksum']?.S !== checksumOf(item)) return undefined;
    try {
      return { state: JSON.parse(textOf(item, 'state')), position: positionIn(item), foldFingerprint };
    } catch {
      return undefined;
    }
  }

  override async saveSnapshot(stream: StreamName, { state, position, foldFingerprint }: Snapshot): Promise<boolean> {
    const item = this.#snapshotItem(stream, position, foldFingerprint, JSON.stringify(state));
    refuseLargeItem(streamLabel(stream), item);
    return this.table.putNewer(item);
  }

  /**
   * The guide's append. `version` must be the next one, else ConcurrencyConflict. Repeating a call with the same event object is a no-op.
   * Throws what `append` throws.
   */
  async appendEvent(aggregateType: string, aggregateId: string, event: BaseDomainEvent, version: number): Promise<void> {
    const stream = { aggregateType, aggregateId };
    const commitId = this.#commitIds.get(event) ?? randomUUID();
    this.#commitIds.set(event, commitId);
    const position = await this.position(stream);
    if (position.version === version - 1) {
      await this.append(stream, [event], { expected: position, commitId });
      return;
    }
    const there = await this.table.get({ partition: this.#keys.partition(stream), sort: commitKey(version) });
    if (there?.['commitId']?.S !== commitId) throw new ConcurrencyConflict(streamLabel(stream), version - 1, position.version);
  }

  /** The guide's load: the whole stream, empty when it does not exist. Throws as `readStream`. */
  async loadEvents(aggregateType: string, aggregateId: string): Promise<EventStoreRecord[]> {
    return this.loadEventsAfterVersion(aggregateType, aggregateId, 0);
  }

  /** As `loadEvents`, only what is newer: it costs what it answers, not the whole stream. */
  async loadEventsAfterVersion(aggregateType: string, aggregateId: string, afterVersion: number): Promise<EventStoreRecord[]> {
    const stream = { aggregateType, aggregateId };
    const events = await this.readStream(stream, { after: afterVersion }).all();
    return events.map((event) => this.#guideRecord(stream, event));
  }

  /** 0 when there is no such aggregate. */
  async getCurrentVersion(aggregateType: string, aggregateId: string): Promise<number> {
    return this.currentVersion({ aggregateType, aggregateId });
  }

  /**
   * The events after a position exactly as they are stored, with their hashes: what a copy of the log or an archive is made of. With `everything`
   * each of them is checked as `verify` does. Throws BrokenStream and StreamArchived.
   */
  async *readStored(
    stream: StreamName,
    { after = NO_STREAM, everything = false }: StoredRange = {},
  ): AsyncGenerator<ChainedEvent> {
    let prevHash = after.hash;
    for await (const { records } of this.#reader.read(stream, { after, everything })) {
      for (const record of records) {
        yield { ...storedEvent(stream, record), prevHash, hash: record.hash };
        prevHash = record.hash;
      }
    }
  }

  /** Commits that carry the mark of not being copied: a hint that may lag, never a cursor. */
  async *pendingCommits(): AsyncGenerator<PendingCommit> {
    for (let shard = 0; shard < this.#shards; shard++) {
      for await (const keys of this.table.marked(markOf(shard))) {
        for (const { partition, sort } of keys) yield { ...this.#keys.streamOf(partition), version: versionOfKey(sort) ?? 0 };
      }
    }
  }

  /**
   * Every stream of the table: reads all of it, to find what an index may have missed or to build a log again. `foreign` hears of keys that
   * belong to none of the known aggregate types.
   */
  async *streams(foreign: (partition: string) => void = () => undefined): AsyncGenerator<StreamName> {
    let last: string | undefined;
    for await (const partitions of this.table.partitions()) {
      for (const partition of partitions) {
        if (partition === last) continue;
        last = partition;
        if (this.#keys.isStream(partition)) yield this.#keys.streamOf(partition);
        else if (!this.#keys.isKnown(partition)) foreign(partition);
      }
    }
  }

  /** What of a stream is not stored as these copies of its events say: names the places of what `verify` refuses. */
  async changedItems(stream: StreamName, copies: readonly ChainedEvent[]): Promise<ChangedItem[]> {
    const partition = this.#keys.partition(stream);
    const items: Item[] = [];
    for await (const page of this.table.query(partition, ALL_EVENTS)) items.push(...page);
    return changedItems(partition, items, copies);
  }

  /** The feed has the commit that begins with `version`. Safe to repeat. */
  async markCopied(stream: StreamName, version: number): Promise<void> {
    await this.table.unmark({ partition: this.#keys.partition(stream), sort: commitKey(version) });
  }

  /**
   * Closes a stream for good: every later append throws StreamSealed. Throws ConcurrencyConflict when the stream does not stand at `expected`.
   * Safe to repeat.
   */
  async seal(stream: StreamName, expected: StreamPosition): Promise<void> {
    const partition = this.#keys.partition(stream);
    const seal = encodeSeal(partition, { position: expected, archivedTo: undefined }, this.clock.now().toISOString());
    if (await this.table.putNew(seal)) return;
    const { position, newest } = await this.#reader.head(stream);
    if (newest?.kind !== 'seal' || position.version !== expected.version)
      throw new ConcurrencyConflict(streamLabel(stream), expected.version, position.version);
  }

  /**
   * Moves the events of a sealed stream into `archive` and answers where they are. What stays is a tombstone with the version and the keys of
   * its commits, so that no append ever begins again at an old version; reading throws StreamArchived. Safe to repeat, also after a crash at
   * any place. Throws StreamNotSealed, StreamNotCopied, BrokenStream and what `archive` throws; then all events are still here.
   */
  async archive(stream: StreamName, archive: StreamArchive): Promise<string> {
    const partition = this.#keys.partition(stream);
    const { position, newest } = await this.#reader.head(stream);
    if (newest?.kind !== 'seal') throw new StreamNotSealed(streamLabel(stream));
    const tombstone = await this.table.get({ partition, sort: commitKey(position.version + 1) });
    let archivedTo = tombstone?.['archivedTo']?.S;
    if (archivedTo === undefined) {
      await this.#refuseUncopied(stream);
      archivedTo = await archive.store(stream, this.readStored(stream));
      const sealedAt = tombstone?.['sealedAt']?.S ?? this.clock.now().toISOString();
      await this.table.replace(encodeSeal(partition, { position, archivedTo }, sealedAt));
    }
    for await (const page of this.table.query(partition, ALL_EVENTS)) {
      for (const item of page) {
        const found = decodeItem(item, stream);
        if (found.kind === 'commit' || found.kind === 'time-keyed')
          await this.table.replace(encodeArchived(item, found, archivedTo));
      }
    }
    await this.table.putNewer(this.#snapshotItem(stream, { ...position, version: position.version + 1 }, '', '{}'));
    return archivedTo;
  }

  async #refuseUncopied(stream: StreamName): Promise<void> {
    for await (const { pending, records } of this.#reader.read(stream, { after: 0, everything: true })) {
      if (pending) throw new StreamNotCopied(streamLabel(stream), records[0]?.version ?? 0);
    }
  }

  /** The key was taken: by this very commit, whose reply got lost, or by another one. */
  async #earlierSuccess(
    stream: StreamName,
    from: StreamPosition,
    commitId: string,
    events: readonly ChainedEvent[],
  ): Promise<StreamPosition> {
    const label = streamLabel(stream);
    const { position, newest } = await this.#reader.head(stream);
    const winner =
      position.version === from.version || beginsWith(newest, from.version + 1)
        ? newest
        : await this.#commitAt(stream, from.version + 1);
    if (winner?.kind === 'archived' && winner.commitId === commitId) return winner.position;
    if (winner?.kind === 'archived' || winner?.kind === 'seal') throw new StreamSealed(label, winner.position.version);
    if (winner?.kind === 'commit' && winner.commitId === commitId) {
      const isSame =
        winner.records.length === events.length &&
        winner.records.every(({ eventName }, at) => eventName === events[at]?.eventName);
      if (!isSame) throw new CommitIdReused(label, commitId);
      return endOf(winner.records);
    }
    throw new ConcurrencyConflict(label, from.version, position.version);
  }

  async #commitAt(stream: StreamName, version: number): Promise<StoredItem | undefined> {
    const item = await this.table.get({ partition: this.#keys.partition(stream), sort: commitKey(version) });
    return item === undefined ? undefined : decodeItem(item, stream);
  }

  #snapshotItem(stream: StreamName, position: StreamPosition, foldFingerprint: string, state: string): Item {
    return withChecksum({
      PK: { S: this.#keys.snapshotPartition(stream) },
      SK: { S: SNAPSHOT_SORT_KEY },
      ...positionAttributes(position),
      foldFingerprint: { S: foldFingerprint },
      state: { S: state },
    });
  }

  #guideRecord(stream: StreamName, event: StreamEvent): EventStoreRecord {
    const {
      eventId,
      eventName,
      schemaVersion,
      aggregateId,
      aggregateType,
      streamVersion,
      occurredAt,
      recordedAt,
      payload,
      hash,
    } = event;
    const { correlationId, causationId, userId, actor, traceparent } = event;
    return {
      PK: this.#keys.partition(stream),
      SK: commitKey(streamVersion),
      eventId,
      eventName,
      schemaVersion,
      aggregateId,
      aggregateType,
      version: streamVersion,
      streamVersion,
      occurredAt,
      recordedAt,
      payload,
      metadata: { correlationId, causationId, userId, actor, ...(traceparent === undefined ? {} : { traceparent }) },
      hash,
    };
  }
}

/** The event as its readers see it: the payload upcast to its newest shape. */
function eventOf(stream: StreamName, record: EventRecord, contracts: EventContracts): StreamEvent {
  const { contract, payload } = contracts.read(record.eventName, record.schemaVersion, record.payload);
  const { correlationId, causationId, userId, actor, traceparent } = record.metadata;
  const event: StreamEvent = {
    eventId: record.eventId,
    eventName: contract.name,
    schemaVersion: contract.schemaVersion,
    aggregateType: stream.aggregateType,
    aggregateId: stream.aggregateId,
    streamVersion: record.version,
    occurredAt: record.occurredAt,
    recordedAt: record.recordedAt,
    correlationId,
    causationId,
    userId,
    actor,
    payload,
    hash: record.hash,
  };
  return traceparent === undefined ? event : { ...event, traceparent };
}

function beginsWith(item: StoredItem | undefined, version: number): boolean {
  return item?.kind === 'commit' && item.records[0]?.version === version;
}

function refuseLargeItem(stream: string, item: Item): void {
  const bytes = itemBytes(item);
  if (bytes > MOST_ITEM_BYTES) throw new CommitTooLarge(stream, bytes, MOST_ITEM_BYTES);
}
