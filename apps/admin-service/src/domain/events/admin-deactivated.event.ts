import type { AdminDeactivated } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class AdminDeactivatedEvent extends BaseDomainEvent<AdminDeactivated> {
  static override readonly EVENT_NAME = 'admin.deactivated';
}
