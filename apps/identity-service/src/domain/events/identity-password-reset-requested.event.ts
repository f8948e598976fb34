import type { IdentityPasswordResetRequested } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityPasswordResetRequestedEvent extends BaseDomainEvent<IdentityPasswordResetRequested> {
  static override readonly EVENT_NAME = 'identity.password_reset_requested';
}
