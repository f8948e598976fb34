import type { UserRoleChanged } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserRoleChangedEvent extends BaseDomainEvent<UserRoleChanged> {
  static override readonly EVENT_NAME = 'user.role_changed';
}
