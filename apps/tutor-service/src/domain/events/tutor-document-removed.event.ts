import type { TutorDocumentRemoved } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorDocumentRemovedEvent extends BaseDomainEvent<TutorDocumentRemoved> {
  static override readonly EVENT_NAME = 'tutor.document_removed';
}
