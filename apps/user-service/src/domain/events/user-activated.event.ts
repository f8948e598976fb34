import type { UserActivated } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserActivatedEvent extends BaseDomainEvent<UserActivated> {
  static override readonly EVENT_NAME = 'user.activated';
}
