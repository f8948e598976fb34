import type { IdentityRoleClaimChanged } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityRoleClaimChangedEvent extends BaseDomainEvent<IdentityRoleClaimChanged> {
  static override readonly EVENT_NAME = 'identity.role_claim_changed';
}
