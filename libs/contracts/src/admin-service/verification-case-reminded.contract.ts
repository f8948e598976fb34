import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal } from '../schemas.ts';

export const VerificationCaseReminded = defineEvent({
  name: 'verification.case_reminded',
  producer: 'admin-service',
  aggregateType: 'VerificationCase',
  scope: 'local',
  versions: { 1: z.strictObject({ caseId: id, tutorId: id, attempt: ordinal }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type VerificationCaseReminded = PayloadOf<typeof VerificationCaseReminded>;
