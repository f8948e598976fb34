export interface OnboardingStep {
  readonly step: 'welcome_email' | 'dashboard' | 'onboarding_tips';
  readonly done: boolean;
  /** When it was done, or is planned for. */
  readonly at: string | null;
}

export interface PendingTimer {
  readonly name: string;
  readonly dueAt: string;
}

/** How far a tutor's onboarding is. Nothing is done and nothing pending before the saga has taken up a new profile. */
export abstract class OnboardingProgress {
  abstract of(tutorId: string): Promise<{ readonly steps: readonly OnboardingStep[]; readonly timers: readonly PendingTimer[] }>;
}
