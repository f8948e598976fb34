import type { IdentityGuardianConsentGranted } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityGuardianConsentGrantedEvent extends BaseDomainEvent<IdentityGuardianConsentGranted> {
  static override readonly EVENT_NAME = 'identity.guardian_consent_granted';
}
