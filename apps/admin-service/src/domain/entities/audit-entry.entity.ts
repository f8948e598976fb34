import { canonicalJson, type RecordedEvent } from '@edtech/shared-kernel/domain';

export interface AuditEntry {
  /** Dense from 1. */
  readonly seq: number;
  readonly eventId: string;
  readonly eventName: string;
  /** The service that recorded the event. */
  readonly source: string;
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly streamVersion: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly userId: string;
  readonly actorId: string;
  readonly actorType: string;
  readonly actorRole: string | null;
  /** Names only: values may be personal. */
  readonly changedFields: readonly string[];
  /** Of the payload in the shape of `schemaVersion`, as canonical JSON. */
  readonly payloadHash: string;
  readonly prevHash: string;
  readonly hash: string;
}

/** SHA-256 as hexadecimal digits. */
export type Digest = (text: string) => string;

/** The place in the chain that the next entry continues from. */
export type ChainEnd = Pick<AuditEntry, 'seq' | 'hash'>;

export const CHAIN_START: ChainEnd = { seq: 0, hash: '' };

/** The entry of an event, as the successor of `end`. */
export function auditEntryOf(event: RecordedEvent, source: string, end: ChainEnd, digest: Digest): AuditEntry {
  const { actor } = event;
  const entry = {
    seq: end.seq + 1,
    eventId: event.eventId,
    eventName: event.eventName,
    source,
    schemaVersion: event.schemaVersion,
    aggregateType: event.aggregateType,
    aggregateId: event.aggregateId,
    streamVersion: event.streamVersion,
    occurredAt: new Date(event.occurredAt).toISOString(),
    recordedAt: new Date(event.recordedAt).toISOString(),
    correlationId: event.correlationId,
    causationId: event.causationId,
    userId: event.userId,
    actorId: actor.id,
    actorType: actor.type,
    actorRole: actor.role ?? null,
    changedFields: changedFieldsOf(event.payload),
    payloadHash: digest(canonicalJson(event.payload)),
    prevHash: end.hash,
  };
  return { ...entry, hash: hashOf(entry, digest) };
}

/** Why the entry cannot be the successor of `end`; undefined: it is. */
export function flawOf(entry: AuditEntry, end: ChainEnd, digest: Digest): string | undefined {
  if (entry.seq !== end.seq + 1) return `entry ${end.seq + 1} is missing`;
  if (entry.prevHash !== end.hash) return 'the entry does not continue the one before it';
  if (entry.hash !== hashOf(entry, digest)) return 'the entry is not as it was written';
  return undefined;
}

/** Over every field. Another order, or a new field, breaks every chain. */
function hashOf(entry: Omit<AuditEntry, 'hash'>, digest: Digest): string {
  return digest(
    JSON.stringify([
      entry.seq,
      entry.prevHash,
      entry.eventId,
      entry.eventName,
      entry.source,
      entry.schemaVersion,
      entry.aggregateType,
      entry.aggregateId,
      entry.streamVersion,
      entry.occurredAt,
      entry.recordedAt,
      entry.correlationId,
      entry.causationId,
      entry.userId,
      entry.actorId,
      entry.actorType,
      entry.actorRole,
      entry.changedFields,
      entry.payloadHash,
    ]),
  );
}

/** What `changes` names, and what an old and a new value are given of, such as `oldRate` and `newRate`; for other events, all that they set. */
function changedFieldsOf(facts: object): string[] {
  const values = new Map<string, unknown>(Object.entries(facts));
  const changes = values.get('changes');
  const listed = Array.isArray(changes) ? changes.flatMap((change: unknown) => fieldOf(change)) : [];
  const paired = [...values.keys()].filter((key) => key.startsWith('new') && values.has(`old${key.slice(3)}`));
  const changed = [...listed, ...paired.map((key) => key.charAt(3).toLowerCase() + key.slice(4))];
  return changed.length > 0 ? changed : [...values.keys()].filter((key) => !key.endsWith('Id'));
}

function fieldOf(change: unknown): string[] {
  if (typeof change !== 'object' || change === null || !('field' in change)) return [];
  return typeof change.field === 'string' ? [change.field] : [];
}
