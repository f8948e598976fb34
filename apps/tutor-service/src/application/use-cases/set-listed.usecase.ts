import { Injectable } from '@nestjs/common';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { tutorProfileView, type TutorProfileView } from '../views/tutor-profile.view.ts';

@Injectable()
export class SetListedUseCase {
  constructor(private readonly profiles: TutorProfileRepository) {}

  async execute(tutorId: string, listed: boolean, expectedVersion?: number): Promise<TutorProfileView> {
    const profile = await this.profiles.get(tutorId);
    profile.expectVersion(expectedVersion);
    profile.setListed(listed);
    await this.profiles.save(profile);
    return tutorProfileView(profile);
  }
}
