import type { TutorListingChanged } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorListingChangedEvent extends BaseDomainEvent<TutorListingChanged> {
  static override readonly EVENT_NAME = 'tutor.listing_changed';
}
