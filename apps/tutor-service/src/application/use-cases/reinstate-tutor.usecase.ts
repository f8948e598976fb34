import { Injectable } from '@nestjs/common';
import { NotFound } from '@edtech/shared-kernel/domain';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { TutorDashboards } from '../interfaces/tutor-dashboards.interface.ts';
import { UserCards } from '../interfaces/user-cards.interface.ts';
import { tutorProfileView, type TutorProfileView } from '../views/tutor-profile.view.ts';

/** By the support. Lessons missed before do not count again. */
@Injectable()
export class ReinstateTutorUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
    private readonly dashboards: TutorDashboards,
  ) {}

  async execute(tutorId: string, reason: string): Promise<TutorProfileView> {
    const card = await this.cards.hold(tutorId);
    if (card === undefined) throw new NotFound('Tutor', tutorId);
    const profile = await this.profiles.get(tutorId);
    profile.reinstate(reason, card.standing);
    await this.dashboards.forgiveNoShows(tutorId);
    await this.profiles.save(profile);
    return tutorProfileView(profile);
  }
}
