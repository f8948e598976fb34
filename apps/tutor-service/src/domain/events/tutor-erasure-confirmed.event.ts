import type { TutorErasureConfirmed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorErasureConfirmedEvent extends BaseDomainEvent<TutorErasureConfirmed> {
  static override readonly EVENT_NAME = 'tutor.erasure_confirmed';
}
