import type { IdentityUserConfirmed } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityUserConfirmedEvent extends BaseDomainEvent<IdentityUserConfirmed> {
  static override readonly EVENT_NAME = 'identity.user_confirmed';
}
