import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

/** user-service has the user of this registration. */
export const IdentityUserConfirmed = defineEvent({
  name: 'identity.user_confirmed',
  producer: 'identity-service',
  aggregateType: 'Account',
  scope: 'local',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type IdentityUserConfirmed = PayloadOf<typeof IdentityUserConfirmed>;
