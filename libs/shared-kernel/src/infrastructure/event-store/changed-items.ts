import type { ChainedEvent } from '../domain-events/event-recorder.ts';
import { differingAttributes, type Item } from './event-table.ts';
import { encodeCommit } from './stored-commit.ts';
import { TIME_KEYED, versionOfKey } from './stream-keys.ts';

export interface ChangedItem {
  /** Of its first event. */
  readonly version: number;
  readonly attributes: readonly string[];
}

/**
 * Compares the items of one partition with what these events, copies of theirs, were stored as: commits only, and only those that have copies. An
 * `item` that is missing altogether is named by its first event. What the copies do not hold, the id of the commit, can be told from the checksum.
 */
export function changedItems(partition: string, items: readonly Item[], copies: readonly ChainedEvent[]): ChangedItem[] {
  const there = items.map((item) => ({ item, version: versionOfKey(item['SK']?.S ?? '') }));
  const commits = there.flatMap(({ item, version }) => (version === undefined || isNoCommit(item) ? [] : [{ item, version }]));
  const covered = new Set(items.filter(isTimeKeyed).map((item) => Number(item['version']?.N)));
  const changed = commits.flatMap(({ item: { pending: _pending, ...item }, version }, index) => {
    const next = commits[index + 1]?.version ?? Number.POSITIVE_INFINITY;
    const end = Math.min(next, version + (countIn(item) ?? Number.POSITIVE_INFINITY));
    const events = copies.filter(({ streamVersion }) => streamVersion >= version && streamVersion < end);
    for (const { streamVersion } of events) covered.add(streamVersion);
    if (events.length === 0) return [];
    const attributes = differingAttributes(item, encodeCommit(partition, item['commitId']?.S ?? '', undefined, events));
    if (attributes.length === 0) return [];
    return [{ version, attributes: attributes.join() === 'checksum' ? ['commitId or checksum'] : attributes }];
  });
  const missing = copies.map(({ streamVersion }) => streamVersion).filter((version) => !covered.has(version));
  const first = missing.filter((version) => !missing.includes(version - 1));
  return [...changed, ...first.map((version) => ({ version, attributes: ['item'] }))];
}

function isTimeKeyed({ SK: sort }: Item): boolean {
  return sort?.S !== undefined && sort.S >= TIME_KEYED.from && sort.S <= TIME_KEYED.to;
}

function isNoCommit(item: Item): boolean {
  return item['sealedAt'] !== undefined || item['archivedTo'] !== undefined;
}

/** Undefined when its text cannot be read. */
function countIn(item: Item): number | undefined {
  try {
    const more: unknown = JSON.parse(item['more']?.S ?? '[]');
    return Array.isArray(more) ? 1 + more.length : undefined;
  } catch {
    return undefined;
  }
}
