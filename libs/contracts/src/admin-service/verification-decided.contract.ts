import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal, reason } from '../schemas.ts';

export const VerificationDecided = defineEvent({
  name: 'verification.decided',
  producer: 'admin-service',
  aggregateType: 'VerificationCase',
  versions: {
    1: z.strictObject({
      caseId: id,
      tutorId: id,
      attempt: ordinal,
      decision: z.enum(['approved', 'rejected', 'info_requested']),
      reason,
      feedback: z.string().optional(),
      items: z.array(z.string().min(1)).optional(),
      documents: z.array(z.strictObject({ id, status: z.enum(['approved', 'rejected']) })),
      decidedBy: id,
    }),
  },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['reason', 'feedback', 'items'],
});
export type VerificationDecided = PayloadOf<typeof VerificationDecided>;
