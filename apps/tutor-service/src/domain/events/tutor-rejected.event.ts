import type { TutorRejected } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorRejectedEvent extends BaseDomainEvent<TutorRejected> {
  static override readonly EVENT_NAME = 'tutor.rejected';
}
