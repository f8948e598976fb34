import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Mailer, Subscription } from '@edtech/shared-kernel/application';
import { IdentityInvitedEvent } from '../../domain/events/identity-invited.event.ts';
import { MailLinks } from '../interfaces/mail-links.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { invitation } from '../mails.ts';

const INVITATION = 'identity-service.invitation-email';

@EventsHandler(IdentityInvitedEvent)
@Subscription(INVITATION, { effect: 'outside' })
export class SendInvitationMail implements IEventHandler<IdentityInvitedEvent> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tokens: MailTokens,
    private readonly links: MailLinks,
    private readonly mailer: Mailer,
  ) {}

  /** Nothing for a user who was erased meanwhile. */
  async handle({ eventId, payload: { userId } }: IdentityInvitedEvent): Promise<void> {
    const account = await this.accounts.find(userId);
    if (account === undefined || account.status === 'cancelled') return;
    const link = this.links.to('reset-password', await this.tokens.issue(userId, 'password'));
    await this.mailer.send({ to: account.state.email, ...invitation(link), messageId: `${eventId}.${INVITATION}` });
  }
}
