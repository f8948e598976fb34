import { NotFound, Sagas, type SagaView } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { InitializeTutorDashboardCommand } from '../../application/commands/initialize-tutor-dashboard.command.ts';
import { SendOnboardingTipsCommand } from '../../application/commands/send-onboarding-tips.command.ts';
import { SendWelcomeEmailCommand } from '../../application/commands/send-welcome-email.command.ts';
import {
  OnboardingProgress,
  type OnboardingStep,
  type PendingTimer,
} from '../../application/interfaces/onboarding-progress.interface.ts';
import { ONBOARDING } from '../../application/sagas/tutor-onboarding.saga.ts';

const STEPS = [
  { step: 'welcome_email', command: SendWelcomeEmailCommand.COMMAND_NAME, timer: undefined },
  { step: 'dashboard', command: InitializeTutorDashboardCommand.COMMAND_NAME, timer: 'dashboard' },
  { step: 'onboarding_tips', command: SendOnboardingTipsCommand.COMMAND_NAME, timer: 'tips' },
] as const;

/** Reads the onboarding from the kernel's view of its saga. */
@Injectable()
export class SagaOnboardingProgress extends OnboardingProgress {
  constructor(private readonly sagas: Sagas) {
    super();
  }

  async of(tutorId: string): Promise<{ steps: OnboardingStep[]; timers: PendingTimer[] }> {
    const saga = await this.#saga(tutorId);
    const timers = (saga?.timers ?? []).map(({ name, dueAt }) => ({ name, dueAt }));
    const steps = STEPS.map(({ step, command, timer }) => {
      const sent = saga?.steps.find((candidate) => candidate.command === command);
      const planned = timers.find(({ name }) => name === timer)?.dueAt;
      return { step, done: sent?.status === 'done', at: sent?.doneAt ?? planned ?? null };
    });
    return { steps, timers };
  }

  async #saga(tutorId: string): Promise<SagaView | undefined> {
    return this.sagas.show(ONBOARDING, tutorId).catch((error: unknown) => {
      if (error instanceof NotFound) return undefined;
      throw error;
    });
  }
}
