import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const TutorDashboardInitialized = defineEvent({
  name: 'tutor.dashboard_initialized',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  scope: 'local',
  versions: { 1: z.strictObject({ tutorId: id }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type TutorDashboardInitialized = PayloadOf<typeof TutorDashboardInitialized>;
