import type { IdentityAccountDisabled } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityAccountDisabledEvent extends BaseDomainEvent<IdentityAccountDisabled> {
  static override readonly EVENT_NAME = 'identity.account_disabled';
}
