import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Mailer, Subscription } from '@edtech/shared-kernel/application';
import { IdentityAccountLockedEvent } from '../../domain/events/identity-account-locked.event.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { accountLocked } from '../mails.ts';

const LOCKED = 'identity-service.account-locked-email';

@EventsHandler(IdentityAccountLockedEvent)
@Subscription(LOCKED, { effect: 'outside' })
export class SendAccountLockedMail implements IEventHandler<IdentityAccountLockedEvent> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly mailer: Mailer,
  ) {}

  async handle({ eventId, payload: { userId, until } }: IdentityAccountLockedEvent): Promise<void> {
    const to = (await this.accounts.find(userId))?.state.email ?? '';
    if (to !== '') await this.mailer.send({ to, ...accountLocked(until), messageId: `${eventId}.${LOCKED}` });
  }
}
