import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Mailer, messageContext } from '@edtech/shared-kernel/application';
import { VerificationCaseRepository } from '../interfaces/repository.interface.ts';
import { VerificationTeam } from '../interfaces/verification-team.interface.ts';
import { RemindCaseCommand } from './remind-case.command.ts';

@CommandHandler(RemindCaseCommand)
export class RemindCaseHandler implements ICommandHandler<RemindCaseCommand> {
  constructor(
    private readonly cases: VerificationCaseRepository,
    private readonly team: VerificationTeam,
    private readonly mailer: Mailer,
  ) {}

  async execute({ tutorId, attempt }: RemindCaseCommand): Promise<void> {
    const waiting = await this.cases.ofAttempt(tutorId, attempt);
    if (waiting?.remind() !== true) return;
    await this.mailer.send({
      to: this.team.mailAddress,
      subject: 'A tutor has been waiting for two days',
      text: `Case ${waiting.id} has to be decided within a day.\n`,
      messageId: messageContext().messageId,
    });
    await this.cases.save(waiting);
  }
}
