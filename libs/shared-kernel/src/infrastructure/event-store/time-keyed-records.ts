import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { v5 as uuidv5 } from 'uuid';
import { BrokenStream, streamLabel, type StreamName } from '../../application/event-store.ts';
import type { Actor } from '../../domain/actor.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { NO_STREAM } from '../../domain/stream-position.ts';
import { chainHash } from '../domain-events/hash-chain.ts';
import type { Item } from './event-table.ts';
import { numberOf, storedEvent, textOf, type Commit, type EventRecord } from './stored-commit.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Namespace of the ids that records without a UUID get: never change it. */
const IMPORTED = '5b0f9c1e-7d0a-4f0e-9a53-6a1c2f8d4e70';
/** Nobody wrote down who did it. */
const UNKNOWN_ACTOR: Actor = { id: 'system:imported', type: 'system' };

/**
 * Records as the guide's sample stores them: maps, a time-based sort key, no schemaVersion, no hash. They are put in the order of their
 * versions, read as schemaVersion 1, and chained by what is stored, so that the same records always give the same position. An id that is no UUID,
 * which log and bus do not take, is read as the same UUID each time; the record itself keeps its own. Throws BrokenStream unless the versions are
 * dense from 1.
 */
export function commitsOfTimeKeyed(stream: StreamName, items: readonly Item[]): Commit[] {
  let previous = NO_STREAM;
  const inOrder = items.map((item) => ({ item, version: numberOf(item, 'version') })).toSorted((a, b) => a.version - b.version);
  return inOrder.map(({ item, version }) => {
    if (version !== previous.version + 1)
      throw new BrokenStream(
        streamLabel(stream),
        `version ${version} follows version ${previous.version} among the records with a time key`,
      );
    const occurredAt = instant(textOf(item, 'occurredAt'));
    const recordedAt = occurredAt > previous.recordedAt ? occurredAt : previous.recordedAt;
    const metadata = mapOf(item['metadata'], 'metadata');
    const originalId = textOf(item, 'eventId');
    const unhashed: EventRecord = {
      eventId: uuidOf(stream, version, originalId),
      eventName: textOf(item, 'eventName'),
      schemaVersion: 1,
      version,
      occurredAt,
      recordedAt,
      payload: JSON.parse(canonicalJson(mapOf(item['payload'], 'payload'))),
      metadata: {
        correlationId: idIn(metadata, 'correlationId') ?? `imported:${originalId}`,
        causationId: idIn(metadata, 'causationId') ?? `imported:${originalId}`,
        userId: idIn(metadata, 'userId') ?? 'unknown',
        actor: UNKNOWN_ACTOR,
      },
      hash: '',
    };
    const record = { ...unhashed, hash: chainHash(previous.hash, storedEvent(stream, unhashed)) };
    previous = { version, hash: record.hash, recordedAt };
    return { kind: 'commit', commitId: originalId, pending: false, records: [record] };
  });
}

function instant(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${text} is not an instant`);
  return new Date(time).toISOString();
}

/** The sample leaves ids out that its request did not carry. */
function idIn(metadata: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const id = metadata[name];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** Two records never share one, whatever their own ids are, unless these are the same UUID. */
function uuidOf({ aggregateType, aggregateId }: StreamName, version: number, id: string): string {
  const lower = id.toLowerCase();
  return UUID.test(lower) ? lower : uuidv5(JSON.stringify([aggregateType, aggregateId, version, id]), IMPORTED);
}

function mapOf(value: AttributeValue | undefined, name: string): Record<string, unknown> {
  if (value?.M === undefined) throw new Error(`the map ${name} is missing in a record with a time key`);
  return Object.fromEntries(Object.entries(value.M).map(([field, inner]) => [field, plain(inner)]));
}

function plain(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(plain);
  if (value.M !== undefined) return mapOf(value, 'value');
  throw new Error('a record with a time key holds binary data or a set, which JSON has not');
}
