import type { VerificationCaseReminded } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class VerificationCaseRemindedEvent extends BaseDomainEvent<VerificationCaseReminded> {
  static override readonly EVENT_NAME = 'verification.case_reminded';
}
