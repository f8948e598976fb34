import type { IdentityLoginFailed } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityLoginFailedEvent extends BaseDomainEvent<IdentityLoginFailed> {
  static override readonly EVENT_NAME = 'identity.login_failed';
}
