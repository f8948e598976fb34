import { z } from 'zod';
import type { AuditEntry } from '../../domain/entities/audit-entry.entity.ts';

/** Strict: the hash of an entry says nothing of a field that was added. */
const entry = z.strictObject({
  seq: z.int().min(1),
  eventId: z.string(),
  eventName: z.string(),
  source: z.string(),
  schemaVersion: z.int(),
  aggregateType: z.string(),
  aggregateId: z.string(),
  streamVersion: z.int(),
  occurredAt: z.string(),
  recordedAt: z.string(),
  correlationId: z.string(),
  causationId: z.string(),
  userId: z.string(),
  actorId: z.string(),
  actorType: z.string(),
  actorRole: z.string().nullable(),
  changedFields: z.array(z.string()),
  payloadHash: z.string(),
  prevHash: z.string(),
  hash: z.string(),
}) satisfies z.ZodType<AuditEntry>;

/** The entry of a line; undefined for one that the export did not write, also when it only reads differently, such as a field given twice. */
export function exportedEntry(line: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return JSON.stringify(value) === line ? entry.safeParse(value).data : undefined;
  } catch {
    return undefined;
  }
}
