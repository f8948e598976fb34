import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '@edtech/shared-kernel/application';
import { TutorErasureConfirmedEvent } from '../../domain/events/tutor-erasure-confirmed.event.ts';
import { DocumentStore } from '../interfaces/document-store.interface.ts';

@EventsHandler(TutorErasureConfirmedEvent)
@Subscription('tutor-service.erase-documents', { effect: 'outside' })
export class EraseDocumentsWhenTutorErased implements IEventHandler<TutorErasureConfirmedEvent> {
  constructor(private readonly documents: DocumentStore) {}

  async handle({ payload }: TutorErasureConfirmedEvent): Promise<void> {
    await this.documents.removeAll(payload.userId);
  }
}
