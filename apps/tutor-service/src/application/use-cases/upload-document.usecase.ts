import { Injectable } from '@nestjs/common';
import { DocumentTooLarge, UnsupportedDocument } from '../../domain/errors/tutor.errors.ts';
import { mediaTypeOf } from '../../domain/services/document-format.ts';
import { MOST_DOCUMENT_BYTES, type DocumentType } from '../../domain/value-objects/tutor-document.vo.ts';
import { DocumentStore } from '../interfaces/document-store.interface.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { UserCards } from '../interfaces/user-cards.interface.ts';

interface Upload {
  readonly documentId: string;
  readonly type: DocumentType;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

@Injectable()
export class UploadDocumentUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
    private readonly documents: DocumentStore,
  ) {}

  /** The bytes are safe before the profile names them. Throws UnsupportedDocument, DocumentTooLarge, NotFound. */
  async execute(tutorId: string, { documentId: id, type, fileName, bytes, sha256 }: Upload): Promise<{ documentId: string }> {
    if (bytes.length > MOST_DOCUMENT_BYTES) throw new DocumentTooLarge(MOST_DOCUMENT_BYTES);
    const mediaType = mediaTypeOf(bytes);
    if (mediaType === undefined) throw new UnsupportedDocument();
    // While the card is held nobody can erase the tutor, so no bytes outlive their owner.
    await this.cards.hold(tutorId);
    const profile = await this.profiles.get(tutorId);
    const documentId = profile.uploadDocument({ id, type, fileName, mediaType, sha256, size: bytes.length });
    await this.documents.put(tutorId, sha256, bytes);
    await this.profiles.save(profile);
    return { documentId };
  }
}
