import { z } from 'zod';
import type { AuditEntryView } from '../application/use-cases/query-audit.usecase.ts';
import type { AuditVerdict } from '../application/use-cases/verify-audit.usecase.ts';

/** What the routes answer, for the API's document; the compiler compares each schema with its view. */
const AuditEntry = z
  .object({
    seq: z.int().min(1),
    eventId: z.guid(),
    eventName: z.string(),
    source: z.string(),
    schemaVersion: z.int(),
    aggregateType: z.string(),
    aggregateId: z.string(),
    streamVersion: z.int(),
    occurredAt: z.iso.datetime(),
    recordedAt: z.iso.datetime(),
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
  })
  .meta({ id: 'AuditEntry' }) satisfies z.ZodType<AuditEntryView>;
export const AuditEntries = z.object({ items: z.array(AuditEntry), next: z.string().nullable() }).meta({ id: 'AuditEntries' });

export const AuditVerified = z
  .discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), count: z.int().min(0), root: z.string() }),
    z.object({ ok: z.literal(false), seq: z.int(), reason: z.string() }),
  ])
  .meta({ id: 'AuditVerdict' }) satisfies z.ZodType<AuditVerdict>;

/** For the API's document: each line is an AuditEntry. */
export const auditLines = { 'application/x-ndjson': { schema: { type: 'string' as const } } };
