import type { IdentityVerificationRequested } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityVerificationRequestedEvent extends BaseDomainEvent<IdentityVerificationRequested> {
  static override readonly EVENT_NAME = 'identity.verification_requested';
}
