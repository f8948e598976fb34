import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const IdentityGuardianConsentDeclined = defineEvent({
  name: 'identity.guardian_consent_declined',
  producer: 'identity-service',
  aggregateType: 'Account',
  versions: { 1: z.strictObject({ userId: id, consentId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type IdentityGuardianConsentDeclined = PayloadOf<typeof IdentityGuardianConsentDeclined>;
