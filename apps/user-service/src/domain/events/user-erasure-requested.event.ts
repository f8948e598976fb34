import type { UserErasureRequested } from '@edtech/contracts';
import { BaseDomainEvent } from './base-domain.event.ts';

export class UserErasureRequestedEvent extends BaseDomainEvent<UserErasureRequested> {
  static override readonly EVENT_NAME = 'user.erasure_requested';
}
