import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const IdentityPasswordChanged = defineEvent({
  name: 'identity.password_changed',
  producer: 'identity-service',
  aggregateType: 'Account',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type IdentityPasswordChanged = PayloadOf<typeof IdentityPasswordChanged>;
