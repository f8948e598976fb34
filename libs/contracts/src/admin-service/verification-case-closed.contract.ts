import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal, reason } from '../schemas.ts';

/** Nobody has to decide any more: the tutor was suspended or erased. */
export const VerificationCaseClosed = defineEvent({
  name: 'verification.case_closed',
  producer: 'admin-service',
  aggregateType: 'VerificationCase',
  versions: { 1: z.strictObject({ caseId: id, tutorId: id, attempt: ordinal, reason }) },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['reason'],
});
export type VerificationCaseClosed = PayloadOf<typeof VerificationCaseClosed>;
