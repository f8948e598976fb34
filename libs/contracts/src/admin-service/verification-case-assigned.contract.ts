import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal } from '../schemas.ts';

export const VerificationCaseAssigned = defineEvent({
  name: 'verification.case_assigned',
  producer: 'admin-service',
  aggregateType: 'VerificationCase',
  versions: { 1: z.strictObject({ caseId: id, tutorId: id, attempt: ordinal, assignee: id }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type VerificationCaseAssigned = PayloadOf<typeof VerificationCaseAssigned>;
