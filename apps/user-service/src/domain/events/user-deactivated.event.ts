import type { UserDeactivated } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserDeactivatedEvent extends BaseDomainEvent<UserDeactivated> {
  static override readonly EVENT_NAME = 'user.deactivated';
}
