import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Mailer, Subscription } from '@edtech/shared-kernel/application';
import { UserRoleChangedEvent } from '../../domain/events/user-role-changed.event.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { promotedToAdmin, promotedToTutor } from '../mails.ts';

const TUTOR_NOTE = 'user-service.tutor-promotion-email';
const ADMIN_NOTE = 'user-service.admin-promotion-email';

/** Nobody is congratulated on stepping down, so only a student is promoted to tutor. The erased have no address. */
@EventsHandler(UserRoleChangedEvent)
@Subscription(TUTOR_NOTE, { effect: 'outside' })
export class NotifyPromotionToTutor implements IEventHandler<UserRoleChangedEvent> {
  constructor(
    private readonly mailer: Mailer,
    private readonly users: UserRepository,
  ) {}

  async handle({ eventId, payload: { userId, oldRole, newRole } }: UserRoleChangedEvent): Promise<void> {
    if (newRole !== 'tutor' || oldRole !== 'student') return;
    const { email, firstName } = (await this.users.get(userId)).state;
    if (email === '') return;
    await this.mailer.send({ to: email, ...promotedToTutor(firstName), messageId: `${eventId}.${TUTOR_NOTE}` });
  }
}

@EventsHandler(UserRoleChangedEvent)
@Subscription(ADMIN_NOTE, { effect: 'outside' })
export class NotifyPromotionToAdmin implements IEventHandler<UserRoleChangedEvent> {
  constructor(
    private readonly mailer: Mailer,
    private readonly users: UserRepository,
  ) {}

  async handle({ eventId, payload: { userId, oldRole, newRole } }: UserRoleChangedEvent): Promise<void> {
    if (newRole !== 'admin' || oldRole === 'superadmin') return;
    const { email, firstName } = (await this.users.get(userId)).state;
    if (email === '') return;
    await this.mailer.send({ to: email, ...promotedToAdmin(firstName), messageId: `${eventId}.${ADMIN_NOTE}` });
  }
}
