import type { IdentityGuardianConsentDeclined } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityGuardianConsentDeclinedEvent extends BaseDomainEvent<IdentityGuardianConsentDeclined> {
  static override readonly EVENT_NAME = 'identity.guardian_consent_declined';
}
