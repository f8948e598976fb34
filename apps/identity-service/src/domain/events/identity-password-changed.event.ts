import type { IdentityPasswordChanged } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityPasswordChangedEvent extends BaseDomainEvent<IdentityPasswordChanged> {
  static override readonly EVENT_NAME = 'identity.password_changed';
}
