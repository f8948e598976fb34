import { Injectable } from '@nestjs/common';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';

/** Nothing for a tutor who was erased meanwhile. */
@Injectable()
export class MarkInReviewUseCase {
  constructor(private readonly profiles: TutorProfileRepository) {}

  async execute(tutorId: string, attempt: number): Promise<void> {
    const profile = await this.profiles.find(tutorId);
    if (profile === undefined) return;
    profile.markInReview(attempt);
    await this.profiles.save(profile);
  }
}
