import type { IdentityAccountLocked } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityAccountLockedEvent extends BaseDomainEvent<IdentityAccountLocked> {
  static override readonly EVENT_NAME = 'identity.account_locked';
}
