import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Mailer, Subscription } from '@edtech/shared-kernel/application';
import { IdentityPasswordResetRequestedEvent } from '../../domain/events/identity-password-reset-requested.event.ts';
import { MailLinks } from '../interfaces/mail-links.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { passwordReset } from '../mails.ts';

const RESET = 'identity-service.password-reset-email';

@EventsHandler(IdentityPasswordResetRequestedEvent)
@Subscription(RESET, { effect: 'outside' })
export class SendPasswordResetMail implements IEventHandler<IdentityPasswordResetRequestedEvent> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tokens: MailTokens,
    private readonly links: MailLinks,
    private readonly mailer: Mailer,
  ) {}

  async handle({ eventId, payload: { userId } }: IdentityPasswordResetRequestedEvent): Promise<void> {
    const account = await this.accounts.find(userId);
    if (account === undefined || account.status === 'cancelled') return;
    const link = this.links.to('reset-password', await this.tokens.issue(userId, 'password'));
    await this.mailer.send({ to: account.state.email, ...passwordReset(link), messageId: `${eventId}.${RESET}` });
  }
}
