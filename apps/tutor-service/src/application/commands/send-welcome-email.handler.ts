import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Mailer, messageContext } from '@edtech/shared-kernel/application';
import { UserCards } from '../interfaces/user-cards.interface.ts';
import { SendWelcomeEmailCommand } from './send-welcome-email.command.ts';

/** Sends at least once, with the command's id as the mail's. Nothing for a user who was erased meanwhile. */
@CommandHandler(SendWelcomeEmailCommand)
export class SendWelcomeEmailHandler implements ICommandHandler<SendWelcomeEmailCommand> {
  constructor(
    private readonly cards: UserCards,
    private readonly mailer: Mailer,
  ) {}

  async execute({ tutorId }: SendWelcomeEmailCommand): Promise<void> {
    const person = (await this.cards.find(tutorId))?.facts.person;
    if (person === undefined) return;
    await this.mailer.send({
      to: person.email,
      subject: 'Welcome as a tutor',
      text: 'Your profile is waiting for you. Fill it in, add your documents and submit it: then students can find you.\n',
      messageId: messageContext().messageId,
    });
  }
}
