import { TutorProfileSubmitted, VerificationCaseClosed, VerificationDecided } from '@edtech/contracts';
import { sagaScenario } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import { EscalateCaseCommand } from '../commands/escalate-case.command.ts';
import { OpenCaseCommand } from '../commands/open-case.command.ts';
import { RemindCaseCommand } from '../commands/remind-case.command.ts';
import { VerificationSaga } from './verification.saga.ts';

const tutorId = '0b9d3f1c-0000-4000-8000-000000000001';
const caseId = '0b9d3f1c-0000-7000-8000-0000000000c1';
const submitted = { tutorId, userId: tutorId, attempt: 1, documentIds: [], subjects: [] };
const aboutCase = { caseId, tutorId, attempt: 1 };
const decided = { ...aboutCase, decision: 'approved', reason: 'fine', documents: [], decidedBy: tutorId } as const;
const key = `${tutorId}#1`;

const started = () =>
  sagaScenario(new VerificationSaga())
    .when(TutorProfileSubmitted, submitted, caseId)
    .sends([new OpenCaseCommand(caseId, submitted)]);

describe('the verification of a tutor', () => {
  test('opens a case at once, reminds after 48 h and escalates after 72 h, each once', () => {
    started()
      .again()
      .advance('47h')
      .sends([])
      .advance('1h')
      .sends([new RemindCaseCommand(tutorId, 1)])
      .advance('23h')
      .sends([])
      .advance('1h')
      .sends([new EscalateCaseCommand(tutorId, 1)])
      .hasStatus(key, 'completed')
      .advance('30d')
      .sends([]);
  });

  test('is over once it is decided', () => {
    started().advance('47h').when(VerificationDecided, decided).hasStatus(key, 'completed').advance('30d').sends([]);
  });

  test('is over after the reminder, too', () => {
    started()
      .advance('48h')
      .sends([new RemindCaseCommand(tutorId, 1)])
      .when(VerificationDecided, decided)
      .advance('30d')
      .sends([]);
  });

  test('is over once the case is closed', () => {
    started()
      .when(VerificationCaseClosed, { ...aboutCase, reason: 'tutor_suspended' })
      .hasStatus(key, 'cancelled')
      .advance('30d')
      .sends([]);
  });

  test('of the next attempt is another one', () => {
    const again = { ...submitted, attempt: 2 };
    const nextCase = '0b9d3f1c-0000-7000-8000-0000000000c2';
    started()
      .when(VerificationDecided, { ...decided, decision: 'rejected' })
      .when(TutorProfileSubmitted, again, nextCase)
      .sends([new OpenCaseCommand(nextCase, again)])
      .advance('48h')
      .sends([new RemindCaseCommand(tutorId, 2)]);
  });

  test('that was submitted once more under the same attempt opens no second case', () => {
    started().when(TutorProfileSubmitted, submitted, '0b9d3f1c-0000-7000-8000-0000000000c3').sends([]);
  });
});
