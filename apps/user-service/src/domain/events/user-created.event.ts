import type { UserCreated } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserCreatedEvent extends BaseDomainEvent<UserCreated> {
  static override readonly EVENT_NAME = 'user.created';
}
