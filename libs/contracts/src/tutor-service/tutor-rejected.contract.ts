import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal, reason } from '../schemas.ts';

export const TutorRejected = defineEvent({
  name: 'tutor.rejected',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: { 1: z.strictObject({ tutorId: id, userId: id, attempt: ordinal, reason, feedback: z.string() }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason', 'feedback'],
});
export type TutorRejected = PayloadOf<typeof TutorRejected>;
