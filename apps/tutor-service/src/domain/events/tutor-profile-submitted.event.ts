import type { TutorProfileSubmitted } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorProfileSubmittedEvent extends BaseDomainEvent<TutorProfileSubmitted> {
  static override readonly EVENT_NAME = 'tutor.profile_submitted';
}
