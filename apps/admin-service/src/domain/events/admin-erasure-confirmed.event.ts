import type { AdminErasureConfirmed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class AdminErasureConfirmedEvent extends BaseDomainEvent<AdminErasureConfirmed> {
  static override readonly EVENT_NAME = 'admin.erasure_confirmed';
}
