import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { currency, id, minorUnits } from '../schemas.ts';

export const TutorRateChanged = defineEvent({
  name: 'tutor.rate_changed',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: { 1: z.strictObject({ tutorId: id, oldRate: minorUnits, newRate: minorUnits, currency }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type TutorRateChanged = PayloadOf<typeof TutorRateChanged>;
