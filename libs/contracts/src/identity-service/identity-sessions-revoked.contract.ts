import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason } from '../schemas.ts';

/** Access tokens of this user that were issued at or before `occurredAt` count no more; later ones do. */
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
