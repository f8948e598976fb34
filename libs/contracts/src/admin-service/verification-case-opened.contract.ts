import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, instant, ordinal } from '../schemas.ts';

export const VerificationCaseOpened = defineEvent({
  name: 'verification.case_opened',
  producer: 'admin-service',
  aggregateType: 'VerificationCase',
  versions: { 1: z.strictObject({ caseId: id, tutorId: id, attempt: ordinal, dueAt: instant }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type VerificationCaseOpened = PayloadOf<typeof VerificationCaseOpened>;
