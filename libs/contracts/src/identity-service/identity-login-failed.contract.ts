import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, instant, reason } from '../schemas.ts';

/** Of known accounts only: nobody outside may fill the log with addresses of his choice. */
export const IdentityLoginFailed = defineEvent({
  name: 'identity.login_failed',
  producer: 'identity-service',
  aggregateType: 'Account',
  scope: 'local',
  versions: { 1: z.strictObject({ userId: id, reason, at: instant }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason'],
});
export type IdentityLoginFailed = PayloadOf<typeof IdentityLoginFailed>;
