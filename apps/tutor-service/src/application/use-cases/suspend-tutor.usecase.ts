import { Injectable } from '@nestjs/common';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { tutorProfileView, type TutorProfileView } from '../views/tutor-profile.view.ts';

/** By the support. */
@Injectable()
export class SuspendTutorUseCase {
  constructor(private readonly profiles: TutorProfileRepository) {}

  async execute(tutorId: string, reason: string): Promise<TutorProfileView> {
    const profile = await this.profiles.get(tutorId);
    profile.suspend(`support: ${reason}`);
    await this.profiles.save(profile);
    return tutorProfileView(profile);
  }
}
