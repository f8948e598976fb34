import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, instant } from '../schemas.ts';

export const IdentityAccountLocked = defineEvent({
  name: 'identity.account_locked',
  producer: 'identity-service',
  aggregateType: 'Account',
  versions: { 1: z.strictObject({ userId: id, until: instant }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type IdentityAccountLocked = PayloadOf<typeof IdentityAccountLocked>;
