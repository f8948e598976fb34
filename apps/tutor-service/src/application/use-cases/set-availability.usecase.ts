import { Injectable } from '@nestjs/common';
import type { Availability } from '../../domain/value-objects/availability.vo.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { tutorProfileView, type TutorProfileView } from '../views/tutor-profile.view.ts';

@Injectable()
export class SetAvailabilityUseCase {
  constructor(private readonly profiles: TutorProfileRepository) {}

  async execute(
    tutorId: string,
    wanted: Availability & { readonly timezone: string },
    expectedVersion?: number,
  ): Promise<TutorProfileView> {
    const profile = await this.profiles.get(tutorId);
    profile.expectVersion(expectedVersion);
    profile.setAvailability(wanted.timezone, { weekly: wanted.weekly, exceptions: wanted.exceptions });
    await this.profiles.save(profile);
    return tutorProfileView(profile);
  }
}
