import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { availability, currency, experienceLevel, id, locale, minorUnits, personName, subjects, timezone } from '../schemas.ts';

/** The first complete submission, not the draft: indexed, but hidden until `tutor.verified`. */
export const TutorCreated = defineEvent({
  name: 'tutor.created',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: {
    1: z.strictObject({
      tutorId: id,
      userId: id,
      displayName: personName,
      subjects,
      hourlyRate: minorUnits,
      currency,
      languages: z.array(locale).max(5),
      experienceLevel,
      timezone,
      availability,
    }),
  },
  about: (payload) => payload.userId,
  personal: ['displayName'],
  plain: ['languages', 'timezone', 'availability'],
});
export type TutorCreated = PayloadOf<typeof TutorCreated>;
