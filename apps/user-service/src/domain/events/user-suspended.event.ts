import type { UserSuspended } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserSuspendedEvent extends BaseDomainEvent<UserSuspended> {
  static override readonly EVENT_NAME = 'user.suspended';
}
