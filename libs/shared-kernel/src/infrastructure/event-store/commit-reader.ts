import { BrokenStream, StreamArchived, streamLabel, type StreamName } from '../../application/event-store.ts';
import { NO_STREAM, type StreamPosition } from '../../domain/stream-position.ts';
import { chainHash } from '../domain-events/hash-chain.ts';
import { differingAttributes, type EventTable, type Item } from './event-table.ts';
import {
  decodeItem,
  encodeCommit,
  endOf,
  storedEvent,
  textOf,
  type ArchivedItem,
  type Commit,
  withChecksum,
  type EventRecord,
  type Seal,
  type StoredItem,
  type TimeKeyed,
} from './stored-commit.ts';
import {
  ALL_EVENTS,
  ANYTHING,
  commitKey,
  COMMITS,
  isEventKey,
  isMark,
  LAST_VERSION,
  TIME_KEYED,
  versionOfKey,
  type SortKeyRange,
  type StreamKeys,
} from './stream-keys.ts';
import { commitsOfTimeKeyed } from './time-keyed-records.ts';

export interface CommitRange {
  readonly after: StreamPosition | number;
  readonly upTo?: number | undefined;
  /** Every hash and every stored byte, not only the link to what was read before. */
  readonly everything?: boolean;
}

/** Reads commits in order and refuses what is no history. */
export class CommitReader {
  constructor(
    private readonly table: EventTable,
    private readonly keys: StreamKeys,
  ) {}

  /** Calls `reached` with the end of the stream if the range holds it. Throws BrokenStream and StreamArchived. */
  async *read(
    stream: StreamName,
    { after, upTo = Number.POSITIVE_INFINITY, everything = false }: CommitRange,
    reached: (end: StreamPosition) => void = () => undefined,
  ): AsyncGenerator<Commit> {
    const partition = this.keys.partition(stream);
    const walk = new Walk(stream, after, everything);
    const start = walk.version;
    if (upTo <= start) return;
    const whole = upTo >= LAST_VERSION;
    const range =
      everything && start === 0 && whole ? ANYTHING : { from: commitKey(start + 1), to: whole ? ALL_EVENTS.to : commitKey(upTo) };
    let begun = false;
    let readTimeKeyed = false;
    for await (const page of this.table.query(partition, range)) {
      for (const item of page) {
        const found = walk.decode(item);
        if (!begun && !walk.continuesWith(found)) {
          const earlier = await this.#earlier(stream, partition, walk);
          readTimeKeyed = earlier.timeKeyed;
          yield* walk.through(earlier.commits, upTo);
        }
        begun = true;
        if (found.kind === 'commit') yield* walk.through([found], upTo);
        else if (found.kind === 'seal') walk.endsAt(found.position);
        else if (!readTimeKeyed) walk.refuseTimeKeyed(found.item, start);
      }
    }
    const mayHideEarlier = start === 0 ? !whole : typeof after === 'number';
    if (!begun && mayHideEarlier) {
      yield* walk.through((await this.#earlier(stream, partition, walk)).commits, upTo);
    }
    const end = walk.position;
    if (end !== undefined && end.version < upTo) reached(end);
  }

  /** At most so many of the newest commits, oldest first, and the end of the stream; in one call unless there are time-based keys. */
  async recent(stream: StreamName, count: number): Promise<{ commits: readonly Commit[]; end: StreamPosition }> {
    const partition = this.keys.partition(stream);
    const items = await this.#newest(partition, ALL_EVENTS, count);
    const found = items.map((item) => decode(item, stream));
    if (found.some(({ kind }) => kind === 'time-keyed')) return this.#whole(stream);
    const commits = found
      .map((item) => expectCommit(item, stream))
      .filter((commit) => commit !== undefined)
      .toReversed();
    const [newest] = found;
    if (newest === undefined) return { commits, end: NO_STREAM };
    const first = commits[0]?.records[0];
    if (first === undefined) return { commits, end: endOfItem(newest, stream) };
    const walk = new Walk(stream, first.version === 1 ? NO_STREAM : first.version - 1, false);
    for (const commit of commits) walk.pass(commit);
    if (newest.kind === 'seal') walk.endsAt(newest.position);
    return { commits, end: endOfItem(newest, stream) };
  }

  /** Where the stream stands, in one call unless its newest record has a time-based key; and the newest item, if that has none. */
  async head(stream: StreamName): Promise<{ position: StreamPosition; newest?: Exclude<StoredItem, TimeKeyed> }> {
    const partition = this.keys.partition(stream);
    const [item] = await this.#newest(partition, ALL_EVENTS, 1);
    if (item === undefined) return { position: NO_STREAM };
    let newest = decode(item, stream);
    if (newest.kind === 'time-keyed') {
      const [commit] = await this.#newest(partition, COMMITS, 1);
      if (commit === undefined) return { position: (await this.#whole(stream)).end };
      newest = decode(commit, stream);
    }
    const position = endOfItem(newest, stream);
    return newest.kind === 'time-keyed' ? { position } : { position, newest };
  }

  async #whole(stream: StreamName): Promise<{ commits: readonly Commit[]; end: StreamPosition }> {
    const commits: Commit[] = [];
    let end = NO_STREAM;
    const reading = this.read(stream, { after: 0 }, (reached) => {
      end = reached;
    });
    for await (const commit of reading) commits.push(commit);
    return { commits, end };
  }

  /** What lies between where the walk stands and the first key that was found: the rest of a commit, or records with time-based keys. */
  async #earlier(stream: StreamName, partition: string, walk: Walk): Promise<{ commits: readonly Commit[]; timeKeyed: boolean }> {
    if (walk.version > 0) {
      const [item] = await this.#newest(partition, { from: COMMITS.from, to: commitKey(walk.version) }, 1);
      const commit = item === undefined ? undefined : expectCommit(walk.decode(item), stream);
      if (item !== undefined) return { commits: walk.restOf(commit), timeKeyed: false };
    }
    const items: Item[] = [];
    for await (const page of this.table.query(partition, TIME_KEYED)) items.push(...page);
    const commits = trusted(stream, () => commitsOfTimeKeyed(stream, items));
    return { commits: commits.flatMap((commit) => walk.restOf(commit)), timeKeyed: true };
  }

  async #newest(partition: string, range: SortKeyRange, count: number): Promise<readonly Item[]> {
    for await (const page of this.table.query(partition, { ...range, newestFirst: true, pageSize: count })) return page;
    return [];
  }
}

/** Goes along a chain and remembers where it stands. */
class Walk {
  version: number;
  #hash: string | undefined;
  #recordedAt: string;
  #linked = false;
  #unproved: { readonly item: Item; readonly found: Commit | Seal } | undefined;

  constructor(
    private readonly stream: StreamName,
    after: StreamPosition | number,
    private readonly everything: boolean,
  ) {
    const known = after === 0 ? NO_STREAM : typeof after === 'number' ? undefined : after;
    this.version = typeof after === 'number' ? after : after.version;
    this.#hash = known?.hash;
    this.#recordedAt = known?.recordedAt ?? '';
  }

  /** Undefined while nothing was seen that gives the hash. */
  get position(): StreamPosition | undefined {
    return this.#hash === undefined ? undefined : { version: this.version, hash: this.#hash, recordedAt: this.#recordedAt };
  }

  decode(item: Item): Exclude<StoredItem, ArchivedItem> {
    const found = decode(item, this.stream);
    if (found.kind === 'archived') throw new StreamArchived(streamLabel(this.stream), found.archivedTo);
    if (this.everything && !isEventKey(textOf(item, 'SK')))
      throw this.#broken(`an item under the key ${JSON.stringify(item['SK']?.S)} is none of a stream`);
    if (this.everything && found.kind !== 'time-keyed') this.#unproved = { item, found };
    return found;
  }

  /** After the chain, which names the event: what is stored beside it, and how. */
  #prove(): void {
    if (this.#unproved === undefined) return;
    const { item, found } = this.#unproved;
    const { pending, ...stored } = item;
    const again =
      found.kind === 'commit'
        ? encodeCommit(textOf(item, 'PK'), found.commitId, undefined, chained(this.stream, found.records))
        : withChecksum(stored);
    const changed = differingAttributes(stored, again);
    if (pending !== undefined && !isMark(pending.S ?? '')) changed.push('pending');
    const sort = textOf(item, 'SK');
    if (changed.length > 0)
      throw this.#broken(`the item under ${sort} was changed: look at ${changed.join(', ')}`, versionOfKey(sort));
    this.#unproved = undefined;
  }

  continuesWith(found: StoredItem): boolean {
    return found.kind === 'commit'
      ? found.records[0]?.version === this.version + 1
      : found.kind === 'seal' && found.position.version === this.version;
  }

  /** The commit without what lies before this place. */
  restOf(commit: Commit | undefined): Commit[] {
    if (commit === undefined) return [];
    const here = commit.records.find(({ version }) => version === this.version);
    if (here !== undefined && this.#hash === undefined) {
      this.#hash = here.hash;
      this.#recordedAt = here.recordedAt;
    }
    const records = commit.records.filter(({ version }) => version > this.version);
    return records.length === 0 ? [] : [{ ...commit, records }];
  }

  *through(commits: readonly Commit[], upTo: number): Generator<Commit> {
    for (const commit of commits) {
      const records =
        endOf(commit.records).version <= upTo ? commit.records : commit.records.filter(({ version }) => version <= upTo);
      if (records.length === 0) return;
      const within = records === commit.records ? commit : { ...commit, records };
      this.pass(within);
      yield within;
    }
  }

  pass({ records }: Commit): void {
    for (const record of records) this.#step(record);
    this.#prove();
  }

  endsAt({ version, hash, recordedAt }: StreamPosition): void {
    if (version !== this.version || (this.#hash !== undefined && hash !== this.#hash))
      throw this.#broken(
        `it was sealed at version ${version}, its events end at version ${this.version} with another hash`,
        this.version + 1,
      );
    this.#hash = hash;
    this.#recordedAt = recordedAt;
    this.#prove();
  }

  refuseTimeKeyed(item: Item, start: number): void {
    const version = Number(item['version']?.N);
    if (version <= start) return;
    throw this.#broken(
      `a record with a time key has version ${version} beside the commits; stop the writer that uses such keys`,
      version,
    );
  }

  #step(record: EventRecord): void {
    const { version, hash, recordedAt } = record;
    if (version !== this.version + 1) throw this.#broken(`version ${version} follows version ${this.version}`, this.version + 1);
    if (recordedAt < this.#recordedAt) throw this.#broken(`version ${version} was recorded before its predecessor`, version);
    if (this.#hash !== undefined && (this.everything || !this.#linked)) {
      if (chainHash(this.#hash, storedEvent(this.stream, record)) !== hash)
        throw this.#broken(`the hash of version ${version} does not continue that of version ${version - 1}`, version);
      this.#linked = true;
    }
    this.version = version;
    this.#hash = hash;
    this.#recordedAt = recordedAt;
  }

  #broken(reason: string, version?: number): BrokenStream {
    return new BrokenStream(streamLabel(this.stream), reason, { version });
  }
}

function decode(item: Item, stream: StreamName): StoredItem {
  return trusted(stream, () => decodeItem(item, stream), item);
}

/** The commit, or undefined for a seal. */
function expectCommit(found: StoredItem, stream: StreamName): Commit | undefined {
  if (found.kind === 'archived') throw new StreamArchived(streamLabel(stream), found.archivedTo);
  return found.kind === 'commit' ? found : undefined;
}

function endOfItem(found: StoredItem, stream: StreamName): StreamPosition {
  if (found.kind === 'commit') return endOf(found.records);
  if (found.kind === 'time-keyed')
    throw new BrokenStream(streamLabel(stream), 'a record with a time key has the key of a commit');
  return found.position;
}

function chained(stream: StreamName, records: readonly EventRecord[]) {
  return records.map((record) => ({ ...storedEvent(stream, record), prevHash: '', hash: record.hash }));
}

function trusted<T>(stream: StreamName, read: () => T, item?: Item): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof BrokenStream) throw error;
    const version = versionOfKey(item?.['SK']?.S ?? '');
    throw new BrokenStream(streamLabel(stream), error instanceof Error ? error.message : String(error), {
      cause: error,
      version,
    });
  }
}
