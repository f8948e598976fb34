import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

/** The mail that verifies the address is to be sent again. */
export const IdentityVerificationRequested = defineEvent({
  name: 'identity.verification_requested',
  producer: 'identity-service',
  aggregateType: 'Account',
  scope: 'local',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type IdentityVerificationRequested = PayloadOf<typeof IdentityVerificationRequested>;
