import type { ApprovalOpened } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class ApprovalOpenedEvent extends BaseDomainEvent<ApprovalOpened> {
  static override readonly EVENT_NAME = 'approval.opened';
}
