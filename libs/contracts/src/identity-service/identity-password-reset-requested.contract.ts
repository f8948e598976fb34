import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const IdentityPasswordResetRequested = defineEvent({
  name: 'identity.password_reset_requested',
  producer: 'identity-service',
  aggregateType: 'Account',
  scope: 'local',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type IdentityPasswordResetRequested = PayloadOf<typeof IdentityPasswordResetRequested>;
