import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { SortKeyRange } from './stream-keys.ts';

export type Item = Record<string, AttributeValue>;

export interface ItemKey {
  readonly partition: string;
  readonly sort: string;
}

export interface QueryOptions extends SortKeyRange {
  readonly newestFirst?: boolean;
  /** Size of a page; no limit to the whole. */
  readonly pageSize?: number;
}

/** The few calls of DynamoDB that the event store makes; every read is consistent except `marked`. */
export interface EventTable {
  /** False: an item with this key is there, nothing was written. */
  putNew(item: Item): Promise<boolean>;
  /** False: an item with this key and no smaller `version` is there, nothing was written. */
  putNewer(item: Item): Promise<boolean>;
  /** Writes over an item; throws when it is not there. */
  replace(item: Item): Promise<void>;
  get(key: ItemKey): Promise<Item | undefined>;
  /** Items of one partition whose sort key lies in the range, ends included, page by page. */
  query(partition: string, options: QueryOptions): AsyncIterable<readonly Item[]>;
  /** Takes the `pending` mark off an item; throws when it is not there. */
  unmark(key: ItemKey): Promise<void>;
  /** Every partition key of the table, page by page; one may come more than once. It reads the whole table. */
  partitions(): AsyncIterable<readonly string[]>;
  /** Keys under a `pending` mark, page by page: a hint that may lag. */
  marked(mark: string): AsyncIterable<readonly ItemKey[]>;
}

/** What DynamoDB counts: names and values. */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value.S ?? value.N ?? ''),
    0,
  );
}

/** Names of the attributes that only one of two items has, or that differ. */
export function differingAttributes(one: Item, other: Item): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !isDeepStrictEqual(one[name], other[name]));
}
