import type { VerificationCaseAssigned } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class VerificationCaseAssignedEvent extends BaseDomainEvent<VerificationCaseAssigned> {
  static override readonly EVENT_NAME = 'verification.case_assigned';
}
