import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Mailer, Subscription } from '@edtech/shared-kernel/application';
import { UserCreatedEvent } from '../../domain/events/user-created.event.ts';
import { defaultSettings } from '../../domain/value-objects/user-settings.vo.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { UserAnalytics } from '../interfaces/user-analytics.ts';
import { welcome } from '../mails.ts';

const WELCOME_EMAIL = 'user-service.welcome-email';

@EventsHandler(UserCreatedEvent)
@Subscription(WELCOME_EMAIL, { effect: 'outside' })
export class SendWelcomeEmail implements IEventHandler<UserCreatedEvent> {
  constructor(private readonly mailer: Mailer) {}

  handle({ eventId, payload: { email, firstName } }: UserCreatedEvent): Promise<void> {
    return this.mailer.send({ to: email, ...welcome(firstName), messageId: `${eventId}.${WELCOME_EMAIL}` });
  }
}

@EventsHandler(UserCreatedEvent)
@Subscription('user-service.analytics')
export class InitializeAnalytics implements IEventHandler<UserCreatedEvent> {
  constructor(private readonly analytics: UserAnalytics) {}

  handle({ occurredAt, payload: { userId, role } }: UserCreatedEvent): Promise<void> {
    return this.analytics.registered(userId, role, new Date(occurredAt));
  }
}

@EventsHandler(UserCreatedEvent)
@Subscription('user-service.default-settings')
export class CreateDefaultSettings implements IEventHandler<UserCreatedEvent> {
  constructor(private readonly users: UserRepository) {}

  handle({ payload: { userId, locale } }: UserCreatedEvent): Promise<void> {
    return this.users.addDefaultSettings(userId, defaultSettings(locale));
  }
}
