import { Injectable } from '@nestjs/common';
import { OnboardingProgress, type OnboardingStep, type PendingTimer } from '../interfaces/onboarding-progress.interface.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { TutorDashboards, type DashboardFigures } from '../interfaces/tutor-dashboards.interface.ts';

export interface DashboardView extends DashboardFigures {
  readonly tutorId: string;
  readonly status: string;
  readonly onboardingCompleted: boolean;
  readonly steps: readonly OnboardingStep[];
  readonly timers: readonly PendingTimer[];
}

/** How far the onboarding is, and what the tutor's work has come to. */
@Injectable()
export class GetDashboardUseCase {
  constructor(
    private readonly profiles: TutorProfileRepository,
    private readonly dashboards: TutorDashboards,
    private readonly onboarding: OnboardingProgress,
  ) {}

  async execute(tutorId: string): Promise<DashboardView> {
    const profile = await this.profiles.get(tutorId);
    const [figures, progress] = await Promise.all([this.dashboards.figures(tutorId), this.onboarding.of(tutorId)]);
    const { onboardingCompleted } = profile.state;
    return { tutorId, status: profile.status, onboardingCompleted, ...progress, ...figures };
  }
}
