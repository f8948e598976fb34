import type { IdentityGuardianConsentRequested } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityGuardianConsentRequestedEvent extends BaseDomainEvent<IdentityGuardianConsentRequested> {
  static override readonly EVENT_NAME = 'identity.guardian_consent_requested';
}
