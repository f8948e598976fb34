import type { TutorRateChanged } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorRateChangedEvent extends BaseDomainEvent<TutorRateChanged> {
  static override readonly EVENT_NAME = 'tutor.rate_changed';
}
