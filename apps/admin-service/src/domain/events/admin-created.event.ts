import type { AdminCreated } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class AdminCreatedEvent extends BaseDomainEvent<AdminCreated> {
  static override readonly EVENT_NAME = 'admin.created';
}
