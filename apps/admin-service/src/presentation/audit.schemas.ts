import { z } from 'zod';
import { page } from './admin.schemas.ts';

const name = z.string().min(1).max(128);

export const QueryAudit = z.strictObject({
  ...page,
  actor: name.optional(),
  aggregate: name.optional(),
  correlationId: name.optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});
