import type { UserErased } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserErasedEvent extends BaseDomainEvent<UserErased> {
  static override readonly EVENT_NAME = 'user.erased';
}
