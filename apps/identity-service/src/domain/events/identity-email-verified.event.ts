import type { IdentityEmailVerified } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityEmailVerifiedEvent extends BaseDomainEvent<IdentityEmailVerified> {
  static override readonly EVENT_NAME = 'identity.email_verified';
}
