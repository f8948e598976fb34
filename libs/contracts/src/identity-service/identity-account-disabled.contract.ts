import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason } from '../schemas.ts';

export const IdentityAccountDisabled = defineEvent({
  name: 'identity.account_disabled',
  producer: 'identity-service',
  aggregateType: 'Account',
  versions: { 1: z.strictObject({ userId: id, reason }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason'],
});
export type IdentityAccountDisabled = PayloadOf<typeof IdentityAccountDisabled>;
