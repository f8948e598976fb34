import type { TutorAvailabilityChanged } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorAvailabilityChangedEvent extends BaseDomainEvent<TutorAvailabilityChanged> {
  static override readonly EVENT_NAME = 'tutor.availability_changed';
}
