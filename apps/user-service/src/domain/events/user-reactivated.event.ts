import type { UserReactivated } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserReactivatedEvent extends BaseDomainEvent<UserReactivated> {
  static override readonly EVENT_NAME = 'user.reactivated';
}
