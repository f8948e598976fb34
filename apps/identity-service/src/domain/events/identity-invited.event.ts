import type { IdentityInvited } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityInvitedEvent extends BaseDomainEvent<IdentityInvited> {
  static override readonly EVENT_NAME = 'identity.invited';
}
