import type { UserCreationFailed } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserCreationFailedEvent extends BaseDomainEvent<UserCreationFailed> {
  static override readonly EVENT_NAME = 'user.creation_failed';
}
