import type { VerificationDecided } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class VerificationDecidedEvent extends BaseDomainEvent<VerificationDecided> {
  static override readonly EVENT_NAME = 'verification.decided';
}
