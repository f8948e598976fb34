import type { VerificationCaseOpened } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class VerificationCaseOpenedEvent extends BaseDomainEvent<VerificationCaseOpened> {
  static override readonly EVENT_NAME = 'verification.case_opened';
}
