import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { changeValue, id } from '../schemas.ts';

export const UserProfileUpdated = defineEvent({
  name: 'user.profile_updated',
  producer: 'user-service',
  aggregateType: 'User',
  versions: {
    1: z.strictObject({
      userId: id,
      changes: z
        .array(
          z.strictObject({
            field: z.enum(['firstName', 'lastName', 'bio', 'skills', 'locale', 'timezone']),
            from: changeValue,
            to: changeValue,
          }),
        )
        .min(1),
    }),
  },
  about: (payload) => payload.userId,
  personal: ['changes[].from', 'changes[].to'],
});
export type UserProfileUpdated = PayloadOf<typeof UserProfileUpdated>;
