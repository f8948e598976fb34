import type { AdminDutiesChanged } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class AdminDutiesChangedEvent extends BaseDomainEvent<AdminDutiesChanged> {
  static override readonly EVENT_NAME = 'admin.duties_changed';
}
