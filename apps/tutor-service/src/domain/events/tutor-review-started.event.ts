import type { TutorReviewStarted } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorReviewStartedEvent extends BaseDomainEvent<TutorReviewStarted> {
  static override readonly EVENT_NAME = 'tutor.review_started';
}
