import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Mailer, messageContext } from '@edtech/shared-kernel/application';
import { VerificationCaseRepository } from '../interfaces/repository.interface.ts';
import { VerificationTeam } from '../interfaces/verification-team.interface.ts';
import { EscalateCaseCommand } from './escalate-case.command.ts';

@CommandHandler(EscalateCaseCommand)
export class EscalateCaseHandler implements ICommandHandler<EscalateCaseCommand> {
  constructor(
    private readonly cases: VerificationCaseRepository,
    private readonly team: VerificationTeam,
    private readonly mailer: Mailer,
  ) {}

  async execute({ tutorId, attempt }: EscalateCaseCommand): Promise<void> {
    const waiting = await this.cases.ofAttempt(tutorId, attempt);
    if (waiting?.escalate() !== true) return;
    await this.mailer.send({
      to: this.team.mailAddress,
      subject: 'A case is overdue',
      text: `Case ${waiting.id} was not decided within three days; it is shown as escalated until it is.\n`,
      messageId: messageContext().messageId,
    });
    await this.cases.save(waiting);
  }
}
