import type { TutorVerified } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorVerifiedEvent extends BaseDomainEvent<TutorVerified> {
  static override readonly EVENT_NAME = 'tutor.verified';
}
