import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal, subjects } from '../schemas.ts';

export const TutorProfileSubmitted = defineEvent({
  name: 'tutor.profile_submitted',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: { 1: z.strictObject({ tutorId: id, userId: id, attempt: ordinal, documentIds: z.array(id), subjects }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type TutorProfileSubmitted = PayloadOf<typeof TutorProfileSubmitted>;
