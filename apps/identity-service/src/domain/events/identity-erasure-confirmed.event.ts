import type { IdentityErasureConfirmed } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityErasureConfirmedEvent extends BaseDomainEvent<IdentityErasureConfirmed> {
  static override readonly EVENT_NAME = 'identity.erasure_confirmed';
}
