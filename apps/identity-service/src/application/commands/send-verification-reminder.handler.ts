import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Mailer, messageContext } from '@edtech/shared-kernel/application';
import { MailLinks } from '../interfaces/mail-links.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { verification } from '../mails.ts';
import { SendVerificationReminderCommand } from './send-verification-reminder.command.ts';

/** Sends at least once, with the command's id as the mail's. Nothing once the address is verified. */
@CommandHandler(SendVerificationReminderCommand)
export class SendVerificationReminderHandler implements ICommandHandler<SendVerificationReminderCommand> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tokens: MailTokens,
    private readonly links: MailLinks,
    private readonly mailer: Mailer,
  ) {}

  async execute({ userId }: SendVerificationReminderCommand): Promise<void> {
    const account = await this.accounts.find(userId);
    if (account?.status !== 'pending_verification') return;
    const link = this.links.to('verify-email', await this.tokens.issue(userId, 'verification'));
    await this.mailer.send({ to: account.state.email, ...verification(link), messageId: messageContext().messageId });
  }
}
