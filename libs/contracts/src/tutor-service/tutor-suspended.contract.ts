import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, instant, reason } from '../schemas.ts';

export const TutorSuspended = defineEvent({
  name: 'tutor.suspended',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: { 1: z.strictObject({ tutorId: id, userId: id, reason, until: instant.optional() }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason'],
});
export type TutorSuspended = PayloadOf<typeof TutorSuspended>;
