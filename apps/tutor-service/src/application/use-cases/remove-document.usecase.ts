import { Injectable } from '@nestjs/common';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class RemoveDocumentUseCase {
  constructor(private readonly profiles: TutorProfileRepository) {}

  async execute(tutorId: string, documentId: string): Promise<void> {
    const profile = await this.profiles.get(tutorId);
    profile.removeDocument(documentId);
    await this.profiles.save(profile);
  }
}
