import type { ApprovalDecided } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class ApprovalDecidedEvent extends BaseDomainEvent<ApprovalDecided> {
  static override readonly EVENT_NAME = 'approval.decided';
}
