import type { TutorReinstated } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorReinstatedEvent extends BaseDomainEvent<TutorReinstated> {
  static override readonly EVENT_NAME = 'tutor.reinstated';
}
