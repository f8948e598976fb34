import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Mailer, Subscription } from '@edtech/shared-kernel/application';
import { IdentityGuardianConsentRequestedEvent } from '../../domain/events/identity-guardian-consent-requested.event.ts';
import { Guardians } from '../interfaces/guardians.ts';
import { MailLinks } from '../interfaces/mail-links.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { guardianQuestion } from '../mails.ts';

const GUARDIAN = 'identity-service.guardian-email';

/** The guardian is forgotten once the question is answered or the registration cancelled: then there is nobody to write to. */
@EventsHandler(IdentityGuardianConsentRequestedEvent)
@Subscription(GUARDIAN, { effect: 'outside' })
export class SendGuardianMail implements IEventHandler<IdentityGuardianConsentRequestedEvent> {
  constructor(
    private readonly guardians: Guardians,
    private readonly tokens: MailTokens,
    private readonly links: MailLinks,
    private readonly mailer: Mailer,
  ) {}

  async handle({ eventId, payload: { userId } }: IdentityGuardianConsentRequestedEvent): Promise<void> {
    const to = await this.guardians.addressOf(userId);
    if (to === undefined) return;
    const link = this.links.to('guardian-consent', await this.tokens.issue(userId, 'guardian'));
    await this.mailer.send({ to, ...guardianQuestion(link), messageId: `${eventId}.${GUARDIAN}` });
  }
}
