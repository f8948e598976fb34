import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { availability, id, timezone } from '../schemas.ts';

export const TutorAvailabilityChanged = defineEvent({
  name: 'tutor.availability_changed',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: { 1: z.strictObject({ tutorId: id, timezone, availability }) },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['timezone', 'availability'],
});
export type TutorAvailabilityChanged = PayloadOf<typeof TutorAvailabilityChanged>;
