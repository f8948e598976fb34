import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { email, id, locale, personName, timezone } from '../schemas.ts';

export const IdentityRegistered = defineEvent({
  name: 'identity.registered',
  producer: 'identity-service',
  aggregateType: 'Account',
  versions: {
    1: z.strictObject({
      userId: id,
      email,
      firstName: personName,
      lastName: personName,
      requestedRole: z.enum(['student', 'tutor']),
      isMinor: z.boolean(),
      locale,
      timezone,
      termsVersion: z.string().min(1),
    }),
  },
  about: (payload) => payload.userId,
  personal: ['email', 'firstName', 'lastName'],
  plain: ['locale', 'timezone', 'termsVersion'],
});
export type IdentityRegistered = PayloadOf<typeof IdentityRegistered>;
