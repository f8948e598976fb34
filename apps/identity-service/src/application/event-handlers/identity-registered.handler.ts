import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Mailer, Subscription } from '@edtech/shared-kernel/application';
import { IdentityRegisteredEvent } from '../../domain/events/identity-registered.event.ts';
import { IdentityVerificationRequestedEvent } from '../../domain/events/identity-verification-requested.event.ts';
import { MailLinks } from '../interfaces/mail-links.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { verification } from '../mails.ts';

const VERIFICATION = 'identity-service.verification-email';

/** After a registration and whenever it is asked for again. A mail that is sent twice has two links, and both work until one was used. */
@EventsHandler(IdentityRegisteredEvent, IdentityVerificationRequestedEvent)
@Subscription(VERIFICATION, { effect: 'outside' })
export class SendVerificationMail implements IEventHandler<IdentityRegisteredEvent | IdentityVerificationRequestedEvent> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tokens: MailTokens,
    private readonly links: MailLinks,
    private readonly mailer: Mailer,
  ) {}

  async handle({ eventId, payload }: IdentityRegisteredEvent | IdentityVerificationRequestedEvent): Promise<void> {
    const account = await this.accounts.find(payload.userId);
    if (account?.status !== 'pending_verification') return;
    const link = this.links.to('verify-email', await this.tokens.issue(account.id, 'verification'));
    await this.mailer.send({ to: account.state.email, ...verification(link), messageId: `${eventId}.${VERIFICATION}` });
  }
}
