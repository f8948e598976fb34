import { Injectable } from '@nestjs/common';
import { NotFound } from '@edtech/shared-kernel/domain';
import { DocumentStore } from '../interfaces/document-store.interface.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class ReadDocumentUseCase {
  constructor(
    private readonly profiles: TutorProfileRepository,
    private readonly documents: DocumentStore,
  ) {}

  async execute(tutorId: string, documentId: string): Promise<{ mediaType: string; bytes: Uint8Array }> {
    const profile = await this.profiles.get(tutorId);
    const document = profile.state.documents.find(({ id }) => id === documentId);
    if (document === undefined) throw new NotFound('Document', documentId);
    return { mediaType: document.mediaType, bytes: await this.documents.get(tutorId, document.sha256) };
  }
}
