import type { TutorSuspended } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorSuspendedEvent extends BaseDomainEvent<TutorSuspended> {
  static override readonly EVENT_NAME = 'tutor.suspended';
}
