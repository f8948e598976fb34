import type { TutorCreated } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The first complete submission: indexed by the search, hidden until `tutor.verified`. */
export class TutorCreatedEvent extends BaseDomainEvent<TutorCreated> {
  static override readonly EVENT_NAME = 'tutor.created';
}
