import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { email, id, locale, userRole } from '../schemas.ts';

/** An account for a user whom an administrator has created: it has no password until its owner sets one. */
export const IdentityInvited = defineEvent({
  name: 'identity.invited',
  producer: 'identity-service',
  aggregateType: 'Account',
  scope: 'local',
  versions: { 1: z.strictObject({ userId: id, email, role: userRole, isMinor: z.boolean(), locale }) },
  about: (payload) => payload.userId,
  personal: ['email'],
  plain: ['locale'],
});
export type IdentityInvited = PayloadOf<typeof IdentityInvited>;
