import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { email, id, personName } from '../schemas.ts';

/** A draft exists; starts the onboarding. The first complete submission is `tutor.created`. */
export const TutorProfileCreated = defineEvent({
  name: 'tutor.profile_created',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  scope: 'local',
  versions: { 1: z.strictObject({ tutorId: id, userId: id, email, firstName: personName, lastName: personName }) },
  about: (payload) => payload.userId,
  personal: ['email', 'firstName', 'lastName'],
});
export type TutorProfileCreated = PayloadOf<typeof TutorProfileCreated>;
