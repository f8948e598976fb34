import type { TutorOnboardingCompleted } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorOnboardingCompletedEvent extends BaseDomainEvent<TutorOnboardingCompleted> {
  static override readonly EVENT_NAME = 'tutor.onboarding_completed';
}
