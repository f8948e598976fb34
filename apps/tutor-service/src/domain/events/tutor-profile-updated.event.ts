import type { TutorProfileUpdated } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorProfileUpdatedEvent extends BaseDomainEvent<TutorProfileUpdated> {
  static override readonly EVENT_NAME = 'tutor.profile_updated';
}
