import type { IdentityRegistered } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityRegisteredEvent extends BaseDomainEvent<IdentityRegistered> {
  static override readonly EVENT_NAME = 'identity.registered';
}
