import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal } from '../schemas.ts';

export const TutorReviewStarted = defineEvent({
  name: 'tutor.review_started',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  scope: 'local',
  versions: { 1: z.strictObject({ tutorId: id, attempt: ordinal }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type TutorReviewStarted = PayloadOf<typeof TutorReviewStarted>;
