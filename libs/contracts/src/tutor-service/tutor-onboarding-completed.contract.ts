import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const TutorOnboardingCompleted = defineEvent({
  name: 'tutor.onboarding_completed',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  scope: 'local',
  versions: { 1: z.strictObject({ tutorId: id }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type TutorOnboardingCompleted = PayloadOf<typeof TutorOnboardingCompleted>;
