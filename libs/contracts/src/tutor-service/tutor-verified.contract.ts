import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, instant, subjects } from '../schemas.ts';

export const TutorVerified = defineEvent({
  name: 'tutor.verified',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: { 1: z.strictObject({ tutorId: id, userId: id, verifiedBy: id, verifiedAt: instant, subjects }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type TutorVerified = PayloadOf<typeof TutorVerified>;
