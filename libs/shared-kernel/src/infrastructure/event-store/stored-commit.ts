import { hash } from 'node:crypto';
import type { StreamName } from '../../application/event-store.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import type { Actor } from '../../domain/actor.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { StreamPosition } from '../../domain/stream-position.ts';
import type { ChainedEvent } from '../domain-events/event-recorder.ts';
import type { Item } from './event-table.ts';
import { commitKey, versionOfKey } from './stream-keys.ts';

/** One event as its item holds it. */
export interface EventRecord {
  readonly eventId: string;
  readonly eventName: string;
  readonly schemaVersion: number;
  readonly version: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly payload: object;
  readonly metadata: {
    readonly correlationId: string;
    readonly causationId: string;
    readonly userId: string;
    readonly actor: Actor;
    readonly traceparent?: string;
  };
  readonly hash: string;
}

/** The events of one decision. */
export interface Commit {
  readonly kind: 'commit';
  readonly commitId: string;
  /** The feed has not copied it yet. */
  readonly pending: boolean;
  readonly records: readonly EventRecord[];
}

/** What stands where the next commit would: the stream takes no more. It outlives the events as their tombstone. */
export interface Seal {
  readonly kind: 'seal';
  readonly position: StreamPosition;
  readonly archivedTo: string | undefined;
}

/** What is left of an item whose events have left the store: its key stays taken, its commit id stays known. */
export interface ArchivedItem {
  readonly kind: 'archived';
  readonly commitId: string;
  readonly position: StreamPosition;
  readonly archivedTo: string;
}

/** A record under a time-based key, as the guide's sample writes it. */
export interface TimeKeyed {
  readonly kind: 'time-keyed';
  readonly item: Item;
}

export type StoredItem = Commit | Seal | ArchivedItem | TimeKeyed;

/** The text of a commit: other events of the decision are in `more`, as the same record without the fields they share. */
export function encodeCommit(
  partition: string,
  commitId: string,
  mark: string | undefined,
  events: readonly ChainedEvent[],
): Item {
  const [first, ...others] = events;
  if (first === undefined) throw new Error('a commit holds at least one event');
  const item = withChecksum({
    PK: { S: partition },
    SK: { S: commitKey(first.streamVersion) },
    eventId: { S: first.eventId },
    eventName: { S: first.eventName },
    schemaVersion: { N: String(first.schemaVersion) },
    aggregateId: { S: first.aggregateId },
    aggregateType: { S: first.aggregateType },
    version: { N: String(first.streamVersion) },
    occurredAt: { S: first.occurredAt },
    recordedAt: { S: first.recordedAt },
    payload: { S: first.payload },
    metadata: { S: metadataText(first) },
    hash: { S: first.hash },
    commitId: { S: commitId },
    ...(others.length === 0 ? {} : { more: { S: `[${others.map(recordText).join(',')}]` } }),
  });
  return mark === undefined ? item : { ...item, pending: { S: mark } };
}

/** Over everything that an item holds, its key included, but the mark of the feed: it also covers what no chain hash does. */
export function checksumOf({ pending: _pending, checksum: _checksum, ...covered }: Item): string {
  return hash('sha256', canonicalJson(covered)).slice(0, 16);
}

export function withChecksum(item: Item): Item {
  return { ...item, checksum: { S: checksumOf(item) } };
}

/** Throws an Error that says what is wrong with an item that no event store has written. */
export function decodeItem(item: Item, { aggregateType, aggregateId }: StreamName): StoredItem {
  if (item['sealedAt'] !== undefined) return { kind: 'seal', position: positionIn(item), archivedTo: item['archivedTo']?.S };
  if (item['archivedTo'] !== undefined)
    return {
      kind: 'archived',
      commitId: textOf(item, 'commitId'),
      position: positionIn(item),
      archivedTo: textOf(item, 'archivedTo'),
    };
  const keyVersion = versionOfKey(textOf(item, 'SK'));
  if (keyVersion === undefined) return { kind: 'time-keyed', item };
  const version = numberOf(item, 'version');
  if (version !== keyVersion) throw new Error(`an item with version ${version} stands under the key of version ${keyVersion}`);
  if (textOf(item, 'aggregateType') !== aggregateType || textOf(item, 'aggregateId') !== aggregateId)
    throw new Error(`version ${version} is an event of another aggregate`);
  const first: EventRecord = {
    eventId: textOf(item, 'eventId'),
    eventName: textOf(item, 'eventName'),
    schemaVersion: numberOf(item, 'schemaVersion'),
    version,
    occurredAt: textOf(item, 'occurredAt'),
    recordedAt: textOf(item, 'recordedAt'),
    payload: JSON.parse(textOf(item, 'payload')),
    metadata: JSON.parse(textOf(item, 'metadata')),
    hash: textOf(item, 'hash'),
  };
  const more: readonly EventRecord[] = item['more'] === undefined ? [] : JSON.parse(textOf(item, 'more'));
  return {
    kind: 'commit',
    commitId: textOf(item, 'commitId'),
    pending: item['pending'] !== undefined,
    records: [first, ...more],
  };
}

export function encodeSeal(partition: string, { position, archivedTo }: Omit<Seal, 'kind'>, sealedAt: string): Item {
  return withChecksum({
    PK: { S: partition },
    SK: { S: commitKey(position.version + 1) },
    ...positionAttributes(position),
    sealedAt: { S: sealedAt },
    ...(archivedTo === undefined ? {} : { archivedTo: { S: archivedTo } }),
  });
}

/** What takes the place of an item when its events have left the store. */
export function encodeArchived(item: Item, found: Commit | TimeKeyed, archivedTo: string): Item {
  const position =
    found.kind === 'commit'
      ? endOf(found.records)
      : { version: numberOf(item, 'version'), hash: '', recordedAt: textOf(item, 'occurredAt') };
  return withChecksum({
    PK: { S: textOf(item, 'PK') },
    SK: { S: textOf(item, 'SK') },
    ...positionAttributes(position),
    commitId: { S: found.kind === 'commit' ? found.commitId : textOf(item, 'eventId') },
    archivedTo: { S: archivedTo },
  });
}

/** Where a stream stands after these events. */
export function endOf(records: readonly EventRecord[]): StreamPosition {
  const last = records.at(-1);
  if (last === undefined) throw new Error('a commit holds at least one event');
  return { version: last.version, hash: last.hash, recordedAt: last.recordedAt };
}

/** The texts that the chain hash covers. */
export function storedEvent(stream: StreamName, record: EventRecord): StoredEvent {
  const { correlationId, causationId, userId, actor, traceparent } = record.metadata;
  return {
    eventId: record.eventId,
    eventName: record.eventName,
    schemaVersion: record.schemaVersion,
    aggregateType: stream.aggregateType,
    aggregateId: stream.aggregateId,
    streamVersion: record.version,
    occurredAt: record.occurredAt,
    recordedAt: record.recordedAt,
    correlationId,
    causationId,
    userId,
    actor: JSON.stringify(actor),
    ...(traceparent === undefined ? {} : { traceparent }),
    payload: JSON.stringify(record.payload),
  };
}

export function positionAttributes({ version, hash, recordedAt }: StreamPosition): Item {
  return { version: { N: String(version) }, hash: { S: hash }, recordedAt: { S: recordedAt } };
}

export function positionIn(item: Item): StreamPosition {
  return { version: numberOf(item, 'version'), hash: textOf(item, 'hash'), recordedAt: textOf(item, 'recordedAt') };
}

export function textOf(item: Item, name: string): string {
  const text = item[name]?.S;
  if (text === undefined) throw new Error(`the text ${name} is missing in the item ${item['SK']?.S ?? ''}`);
  return text;
}

export function numberOf(item: Item, name: string): number {
  const number = Number(item[name]?.N);
  if (!Number.isSafeInteger(number)) throw new Error(`the number ${name} is missing in the item ${item['SK']?.S ?? ''}`);
  return number;
}

const json = JSON.stringify;

function metadataText({ correlationId, causationId, userId, actor, traceparent }: StoredEvent): string {
  const trace = traceparent === undefined ? '' : `,"traceparent":${json(traceparent)}`;
  return `{"correlationId":${json(correlationId)},"causationId":${json(causationId)},"userId":${json(userId)},"actor":${actor}${trace}}`;
}

function recordText(event: ChainedEvent): string {
  const { eventId, eventName, schemaVersion, streamVersion: version, occurredAt, recordedAt, payload, hash } = event;
  const before = json({ eventId, eventName, schemaVersion, version, occurredAt, recordedAt });
  return `${before.slice(0, -1)},"payload":${payload},"metadata":${metadataText(event)},"hash":${json(hash)}}`;
}
