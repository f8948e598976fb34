import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason } from '../schemas.ts';

/** No access token of the user that was issued at or before `occurredAt` counts any more. */
export const IdentitySessionsRevoked = defineEvent({
  name: 'identity.sessions_revoked',
  producer: 'identity-service',
  aggregateType: 'Account',
  versions: { 1: z.strictObject({ userId: id, reason }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason'],
});
export type IdentitySessionsRevoked = PayloadOf<typeof IdentitySessionsRevoked>;
