import { Injectable } from '@nestjs/common';
import type { HourlyRate } from '../../domain/entities/tutor-profile.state.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { tutorProfileView, type TutorProfileView } from '../views/tutor-profile.view.ts';

@Injectable()
export class ChangeRateUseCase {
  constructor(private readonly profiles: TutorProfileRepository) {}

  async execute(tutorId: string, rate: HourlyRate, expectedVersion?: number): Promise<TutorProfileView> {
    const profile = await this.profiles.get(tutorId);
    profile.expectVersion(expectedVersion);
    profile.changeRate(rate);
    await this.profiles.save(profile);
    return tutorProfileView(profile);
  }
}
