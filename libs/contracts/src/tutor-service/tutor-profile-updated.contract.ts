import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { changeValue, id } from '../schemas.ts';

/** What the public listing shows. Personal fields such as the display name are not in the list of fields. */
export const TutorProfileUpdated = defineEvent({
  name: 'tutor.profile_updated',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: {
    1: z.strictObject({
      tutorId: id,
      changes: z
        .array(
          z.strictObject({
            field: z.enum([
              'headline',
              'bio',
              'subjects',
              'languages',
              'experienceLevel',
              'yearsOfExperience',
              'education',
              'timezone',
            ]),
            to: changeValue,
          }),
        )
        .min(1),
    }),
  },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['changes[].to'],
});
export type TutorProfileUpdated = PayloadOf<typeof TutorProfileUpdated>;
