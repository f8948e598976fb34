import type { VerificationCaseClosed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class VerificationCaseClosedEvent extends BaseDomainEvent<VerificationCaseClosed> {
  static override readonly EVENT_NAME = 'verification.case_closed';
}
