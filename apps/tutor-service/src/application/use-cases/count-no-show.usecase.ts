import { Injectable } from '@nestjs/common';
import { reachesNoShowLimit } from '../../domain/services/no-show-limit.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { TutorDashboards } from '../interfaces/tutor-dashboards.interface.ts';

interface MissedLesson {
  readonly tutorId: string;
  readonly bookingId: string;
  readonly at: Date;
}

/** Counts a lesson that the tutor missed; too many suspend the profile. */
@Injectable()
export class CountNoShowUseCase {
  constructor(
    private readonly dashboards: TutorDashboards,
    private readonly profiles: TutorProfileRepository,
  ) {}

  async execute({ tutorId, bookingId, at }: MissedLesson): Promise<void> {
    const missed = await this.dashboards.addNoShow(tutorId, bookingId, at);
    if (!reachesNoShowLimit(missed)) return;
    const profile = await this.profiles.find(tutorId);
    if (profile?.state.verification !== 'verified') return;
    profile.suspend('no_shows');
    await this.profiles.save(profile);
  }
}
