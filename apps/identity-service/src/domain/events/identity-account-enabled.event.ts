import type { IdentityAccountEnabled } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityAccountEnabledEvent extends BaseDomainEvent<IdentityAccountEnabled> {
  static override readonly EVENT_NAME = 'identity.account_enabled';
}
