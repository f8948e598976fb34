import { TutorProfileSubmitted, VerificationCaseClosed, VerificationDecided } from '@edtech/contracts';
import { hours, ProcessManager, Saga } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { EscalateCaseCommand } from '../commands/escalate-case.command.ts';
import { OpenCaseCommand } from '../commands/open-case.command.ts';
import { RemindCaseCommand } from '../commands/remind-case.command.ts';

interface State {
  readonly tutorId: string;
  readonly attempt: number;
}

/** Opens the case of a submission, reminds after 48 h and escalates after 72 h, unless it was decided or closed before. */
@Injectable()
@Saga('admin-service.verification')
export class VerificationSaga extends ProcessManager<State, 'remind' | 'escalate'> {
  readonly commands = [OpenCaseCommand, RemindCaseCommand, EscalateCaseCommand];

  readonly transitions = [
    this.starts(
      TutorProfileSubmitted,
      ({ payload }) => keyOf(payload),
      ({ eventId: caseId, payload }) => ({
        state: { tutorId: payload.tutorId, attempt: payload.attempt },
        commands: [new OpenCaseCommand(caseId, payload)],
        timers: [
          { name: 'remind', after: hours(48) },
          { name: 'escalate', after: hours(72) },
        ],
      }),
    ),
    this.continues(
      VerificationDecided,
      ({ payload }) => keyOf(payload),
      () => ({ end: 'completed' }),
    ),
    this.continues(
      VerificationCaseClosed,
      ({ payload }) => keyOf(payload),
      () => ({ end: 'cancelled' }),
    ),
  ];

  readonly timers = this.fires({
    remind: ({ tutorId, attempt }) => ({ commands: [new RemindCaseCommand(tutorId, attempt)] }),
    escalate: ({ tutorId, attempt }) => ({ commands: [new EscalateCaseCommand(tutorId, attempt)], end: 'completed' }),
  });
}

function keyOf({ tutorId, attempt }: State): string {
  return `${tutorId}#${attempt}`;
}
