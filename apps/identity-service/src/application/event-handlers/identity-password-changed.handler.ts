import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Mailer, Subscription } from '@edtech/shared-kernel/application';
import { IdentityPasswordChangedEvent } from '../../domain/events/identity-password-changed.event.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { passwordChanged } from '../mails.ts';

const CHANGED = 'identity-service.password-changed-email';

@EventsHandler(IdentityPasswordChangedEvent)
@Subscription(CHANGED, { effect: 'outside' })
export class SendPasswordChangedMail implements IEventHandler<IdentityPasswordChangedEvent> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly mailer: Mailer,
  ) {}

  async handle({ eventId, payload: { userId } }: IdentityPasswordChangedEvent): Promise<void> {
    const to = (await this.accounts.find(userId))?.state.email ?? '';
    if (to !== '') await this.mailer.send({ to, ...passwordChanged(), messageId: `${eventId}.${CHANGED}` });
  }
}
