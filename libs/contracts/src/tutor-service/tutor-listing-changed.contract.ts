import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const TutorListingChanged = defineEvent({
  name: 'tutor.listing_changed',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: { 1: z.strictObject({ tutorId: id, listed: z.boolean() }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type TutorListingChanged = PayloadOf<typeof TutorListingChanged>;
