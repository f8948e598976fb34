import { z } from 'zod';
import { id, instant, ordinal } from './schemas.ts';

/** The `detail` of every bus entry around its payload. `userId` is whom the event is about, `actor` who did it. */
export const envelope = z.object({
  eventId: id,
  schemaVersion: ordinal,
  occurredAt: instant,
  recordedAt: instant,
  aggregateType: z.string().min(1),
  aggregateId: z.string().min(1),
  streamVersion: ordinal,
  correlationId: z.string().min(1),
  causationId: z.string().min(1),
  userId: z.string().min(1),
  actor: z.object({ id: z.string().min(1), type: z.enum(['user', 'service', 'system']), role: z.string().optional() }),
  traceparent: z.string().optional(),
  payload: z.record(z.string(), z.unknown()),
});
