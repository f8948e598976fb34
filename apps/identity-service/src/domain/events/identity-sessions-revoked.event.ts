import type { IdentitySessionsRevoked } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentitySessionsRevokedEvent extends BaseDomainEvent<IdentitySessionsRevoked> {
  static override readonly EVENT_NAME = 'identity.sessions_revoked';
}
