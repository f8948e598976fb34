import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, hours } from '@edtech/shared-kernel/application';
import { VerificationCase } from '../../domain/entities/verification-case.entity.ts';
import { KnownUsers } from '../interfaces/known-users.interface.ts';
import { VerificationCaseRepository } from '../interfaces/repository.interface.ts';
import { OpenCaseCommand } from './open-case.command.ts';

const DECIDED_WITHIN = hours(72);

/** One case for each attempt. Nothing for a user who was erased meanwhile. */
@CommandHandler(OpenCaseCommand)
export class OpenCaseHandler implements ICommandHandler<OpenCaseCommand> {
  constructor(
    private readonly users: KnownUsers,
    private readonly cases: VerificationCaseRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ caseId, submission }: OpenCaseCommand): Promise<void> {
    const { tutorId, userId, attempt } = submission;
    if (!(await this.users.hold(userId))) return;
    await this.users.expectNoProfile(userId);
    if ((await this.cases.ofAttempt(tutorId, attempt)) !== undefined) return;
    const dueAt = new Date(this.clock.now().getTime() + DECIDED_WITHIN);
    await this.cases.save(VerificationCase.open(caseId, submission, dueAt));
  }
}
