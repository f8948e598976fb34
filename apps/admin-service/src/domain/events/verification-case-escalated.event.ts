import type { VerificationCaseEscalated } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class VerificationCaseEscalatedEvent extends BaseDomainEvent<VerificationCaseEscalated> {
  static override readonly EVENT_NAME = 'verification.case_escalated';
}
