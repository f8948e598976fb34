import { TutorErasureConfirmed, TutorProfileCreated, TutorSuspended } from '@edtech/contracts';
import { hours, ProcessManager, Saga } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { InitializeTutorDashboardCommand } from '../commands/initialize-tutor-dashboard.command.ts';
import { SendOnboardingTipsCommand } from '../commands/send-onboarding-tips.command.ts';
import { SendWelcomeEmailCommand } from '../commands/send-welcome-email.command.ts';

/** Names the instances in the database: never rename it. */
export const ONBOARDING = 'tutor-service.onboarding';

interface State {
  readonly tutorId: string;
}

/**
 * Welcomes a new tutor: a mail at once, the dashboard after 1 h, tips after 24 h. Suspension and erasure end it. A mail that cannot be
 * sent parks its step; the others go on.
 */
@Injectable()
@Saga(ONBOARDING)
export class TutorOnboardingSaga extends ProcessManager<State, 'dashboard' | 'tips'> {
  readonly commands = [SendWelcomeEmailCommand, InitializeTutorDashboardCommand, SendOnboardingTipsCommand];

  readonly transitions = [
    this.starts(
      TutorProfileCreated,
      ({ payload }) => payload.tutorId,
      ({ payload: { tutorId } }) => ({
        state: { tutorId },
        commands: [new SendWelcomeEmailCommand(tutorId)],
        timers: [
          { name: 'dashboard', after: hours(1) },
          { name: 'tips', after: hours(24) },
        ],
      }),
    ),
    this.continues(
      TutorSuspended,
      ({ payload }) => payload.tutorId,
      () => ({ end: 'cancelled' }),
    ),
    this.continues(
      TutorErasureConfirmed,
      ({ payload }) => payload.userId,
      () => ({ end: 'cancelled' }),
    ),
  ];

  readonly timers = this.fires({
    dashboard: ({ tutorId }) => ({ commands: [new InitializeTutorDashboardCommand(tutorId)] }),
    tips: ({ tutorId }) => ({ commands: [new SendOnboardingTipsCommand(tutorId)], end: 'completed' }),
  });
}
