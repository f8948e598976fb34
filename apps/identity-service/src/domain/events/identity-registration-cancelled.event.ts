import type { IdentityRegistrationCancelled } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class IdentityRegistrationCancelledEvent extends BaseDomainEvent<IdentityRegistrationCancelled> {
  static override readonly EVENT_NAME = 'identity.registration_cancelled';
}
