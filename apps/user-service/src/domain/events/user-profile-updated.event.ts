import type { UserProfileUpdated } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserProfileUpdatedEvent extends BaseDomainEvent<UserProfileUpdated> {
  static override readonly EVENT_NAME = 'user.profile_updated';
}
