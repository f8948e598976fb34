import { Injectable } from '@nestjs/common';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { tutorProfileView, type TutorProfileView } from '../views/tutor-profile.view.ts';

/** For the tutor and for other services. */
@Injectable()
export class GetProfileUseCase {
  constructor(private readonly profiles: TutorProfileRepository) {}

  async execute(tutorId: string): Promise<TutorProfileView> {
    return tutorProfileView(await this.profiles.get(tutorId));
  }
}
