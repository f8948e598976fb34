import type { TutorDocumentUploaded } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorDocumentUploadedEvent extends BaseDomainEvent<TutorDocumentUploaded> {
  static override readonly EVENT_NAME = 'tutor.document_uploaded';
}
