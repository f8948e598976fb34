import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '@edtech/shared-kernel/application';
import { TutorDocumentRemovedEvent } from '../../domain/events/tutor-document-removed.event.ts';
import { DocumentStore } from '../interfaces/document-store.interface.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { UserCards } from '../interfaces/user-cards.interface.ts';

/** Bytes that the tutor uploaded again meanwhile, or under another type, are kept. An upload waits until this is decided. */
@EventsHandler(TutorDocumentRemovedEvent)
@Subscription('tutor-service.delete-removed-document')
export class DeleteBytesWhenDocumentRemoved implements IEventHandler<TutorDocumentRemovedEvent> {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
    private readonly documents: DocumentStore,
  ) {}

  async handle({ payload: { tutorId, sha256 } }: TutorDocumentRemovedEvent): Promise<void> {
    await this.cards.hold(tutorId);
    const profile = await this.profiles.find(tutorId);
    const needed = profile?.state.documents.some((document) => document.sha256 === sha256) ?? false;
    if (!needed) await this.documents.remove(tutorId, sha256);
  }
}
