import { TutorErasureConfirmed, TutorProfileCreated, TutorSuspended } from '@edtech/contracts';
import { sagaScenario } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import { InitializeTutorDashboardCommand } from '../commands/initialize-tutor-dashboard.command.ts';
import { SendOnboardingTipsCommand } from '../commands/send-onboarding-tips.command.ts';
import { SendWelcomeEmailCommand } from '../commands/send-welcome-email.command.ts';
import { TutorOnboardingSaga } from './tutor-onboarding.saga.ts';

const tutorId = '0b9d3f1c-0000-4000-8000-000000000001';
const created = { tutorId, userId: tutorId, email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' };
const suspended = { tutorId, userId: tutorId, reason: 'user_suspended' };

const started = () =>
  sagaScenario(new TutorOnboardingSaga())
    .when(TutorProfileCreated, created)
    .sends([new SendWelcomeEmailCommand(tutorId)]);

describe('the onboarding of a tutor', () => {
  test('G47 sends the mail at once, opens the dashboard after 1 h and sends tips after 24 h, each once', () => {
    started()
      .again()
      .advance('59m')
      .sends([])
      .advance('1m')
      .sends([new InitializeTutorDashboardCommand(tutorId)])
      .advance('22h')
      .sends([])
      .advance('1h')
      .sends([new SendOnboardingTipsCommand(tutorId)])
      .hasStatus(tutorId, 'completed')
      .when(TutorProfileCreated, created)
      .advance('30d')
      .sends([]);
  });

  test('G48 a suspension cancels what is still to come', () => {
    started()
      .advance('1h')
      .sends([new InitializeTutorDashboardCommand(tutorId)])
      .when(TutorSuspended, suspended)
      .hasStatus(tutorId, 'cancelled')
      .advance('30d')
      .sends([]);
  });

  test('G48 an erasure cancels what is still to come, of that tutor alone', () => {
    const other = '0b9d3f1c-0000-4000-8000-000000000002';
    started()
      .when(TutorProfileCreated, { ...created, tutorId: other, userId: other })
      .sends([new SendWelcomeEmailCommand(other)])
      .when(TutorErasureConfirmed, { userId: tutorId })
      .hasStatus(tutorId, 'cancelled')
      .advance('1h')
      .sends([new InitializeTutorDashboardCommand(other)]);
  });

  test('G48 a mail that is given up parks its step; the others go on', () => {
    sagaScenario(new TutorOnboardingSaga())
      .refusing(SendWelcomeEmailCommand)
      .when(TutorProfileCreated, created)
      .advance('24h')
      .sends([
        new SendWelcomeEmailCommand(tutorId),
        new InitializeTutorDashboardCommand(tutorId),
        new SendOnboardingTipsCommand(tutorId),
      ]);
  });

  test('a suspension before there is a profile starts nothing', () => {
    sagaScenario(new TutorOnboardingSaga()).when(TutorSuspended, suspended).hasStatus(tutorId, 'not started').sends([]);
  });
});
