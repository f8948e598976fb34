import type { UserBadgeChanged } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserBadgeChangedEvent extends BaseDomainEvent<UserBadgeChanged> {
  static override readonly EVENT_NAME = 'user.badge_changed';
}
