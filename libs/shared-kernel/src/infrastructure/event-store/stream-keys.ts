import type { EventContracts } from '../../application/event-contract.ts';
import { InvalidStream, type StreamName } from '../../application/event-store.ts';

const AGGREGATE_TYPE = /^[A-Za-z][A-Za-z0-9]*$/;
const AGGREGATE_ID = /^[A-Za-z0-9_-]{1,64}$/;
const PARTITION = /^([A-Z][A-Z0-9]*)#([A-Za-z0-9_-]{1,64})$/;
const COMMIT = /^EVENT#(0[0-9]{11})$/;
const DIGITS = 12;

/** The first digit stays 0: the time-based keys of the guide's sample begin with another one. */
export const LAST_VERSION: number = 10 ** (DIGITS - 1) - 1;

export interface SortKeyRange {
  readonly from: string;
  readonly to: string;
}

/** Under which the feed finds what it has not copied. */
export function markOf(shard: number): string {
  return `P#${shard}`;
}

export function isMark(text: string): boolean {
  return /^P#\d+$/.test(text);
}

export const SNAPSHOT_SORT_KEY = 'STATE';
/** Sort keys of commits, of the guide's records, and of both. */
export const COMMITS: SortKeyRange = { from: 'EVENT#0', to: 'EVENT#1' };
export const TIME_KEYED: SortKeyRange = { from: 'EVENT#1', to: 'EVENT#:' };
export const ALL_EVENTS: SortKeyRange = { from: COMMITS.from, to: TIME_KEYED.to };
/** Everything of a partition, also what does not belong there. */
export const ANYTHING: SortKeyRange = { from: '\u0001', to: '\u{10FFFF}' };

export function commitKey(version: number): string {
  if (!Number.isSafeInteger(version) || version < 1 || version > LAST_VERSION)
    throw new InvalidStream(`${version} is not a version; versions are 1 to ${LAST_VERSION}`);
  return `EVENT#${String(version).padStart(DIGITS, '0')}`;
}

/** Undefined: a time-based key, as the guide's sample writes it. */
export function versionOfKey(sortKey: string): number | undefined {
  const digits = COMMIT.exec(sortKey)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether a commit, a seal or one of the guide's records may stand under it. */
export function isEventKey(sortKey: string): boolean {
  return sortKey >= ALL_EVENTS.from && sortKey <= ALL_EVENTS.to;
}

/** From the name of a stream to its key and back. Two streams never share a key, and no id reaches another stream or its snapshot. */
export class StreamKeys {
  readonly #typeByPrefix = new Map<string, string>();

  /** The aggregate types of these contracts are known. Throws InvalidStream for a type that cannot stand in a key, or two that share one. */
  constructor(contracts: EventContracts) {
    for (const { aggregateType } of contracts) {
      if (!AGGREGATE_TYPE.test(aggregateType))
        throw new InvalidStream(`the aggregate type ${aggregateType} is not made of letters and digits`);
      const prefix = aggregateType.toUpperCase();
      const other = this.#typeByPrefix.get(prefix) ?? aggregateType;
      if (other !== aggregateType)
        throw new InvalidStream(`the aggregate types ${other} and ${aggregateType} would share their keys; rename one`);
      this.#typeByPrefix.set(prefix, aggregateType);
    }
  }

  /** Throws InvalidStream for a type without contracts and for an id outside of `[A-Za-z0-9_-]{1,64}`. */
  partition({ aggregateType, aggregateId }: StreamName): string {
    const prefix = aggregateType.toUpperCase();
    if (this.#typeByPrefix.get(prefix) !== aggregateType)
      throw new InvalidStream(`no contract belongs to the aggregate type ${JSON.stringify(aggregateType)}`);
    if (!AGGREGATE_ID.test(aggregateId))
      throw new InvalidStream(`an id of ${aggregateType} must be 1 to 64 letters, digits, - or _`);
    return `${prefix}#${aggregateId}`;
  }

  snapshotPartition(stream: StreamName): string {
    return `${this.partition(stream)}#SNAPSHOT`;
  }

  /** Whether it is the key of a stream or a snapshot of a known type. */
  isKnown(partition: string): boolean {
    return this.isStream(partition.replace(/#SNAPSHOT$/, ''));
  }

  /** Whether it is the key of a stream of a known type, not of a snapshot. */
  isStream(partition: string): boolean {
    return this.#typeByPrefix.has(PARTITION.exec(partition)?.[1] ?? '');
  }

  /** The inverse of `partition`. Throws InvalidStream for anything that it never answers. */
  streamOf(partition: string): StreamName {
    const [, prefix = '', aggregateId = ''] = PARTITION.exec(partition) ?? [];
    const aggregateType = this.#typeByPrefix.get(prefix);
    if (aggregateType === undefined) throw new InvalidStream(`no stream has the key ${JSON.stringify(partition)}`);
    return { aggregateType, aggregateId };
  }
}
