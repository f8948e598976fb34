import type { TutorProfileCreated } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** A draft exists; starts the onboarding. The first complete submission is `tutor.created`. */
export class TutorProfileCreatedEvent extends BaseDomainEvent<TutorProfileCreated> {
  static override readonly EVENT_NAME = 'tutor.profile_created';
}
