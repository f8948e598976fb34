import type { TutorInfoRequested } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorInfoRequestedEvent extends BaseDomainEvent<TutorInfoRequested> {
  static override readonly EVENT_NAME = 'tutor.info_requested';
}
