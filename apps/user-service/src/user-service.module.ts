import { join } from 'node:path';
import { contracts, subscriptions } from '@edtech/contracts';
import { runTask, type ServiceDefinition } from '@edtech/shared-kernel';
import { Module } from '@nestjs/common';
import { EraseUserHandler } from './application/commands/erase-user.handler.ts';
import {
  CreateDefaultSettings,
  InitializeAnalytics,
  SendWelcomeEmail,
} from './application/event-handlers/user-created.handler.ts';
import { NotifyPromotionToAdmin, NotifyPromotionToTutor } from './application/event-handlers/user-role-changed.handler.ts';
import { OpenItems } from './application/interfaces/open-items.ts';
import { RegistrationRepository } from './application/interfaces/registration-repository.ts';
import { UserRepository } from './application/interfaces/repository.interface.ts';
import { UserAnalytics } from './application/interfaces/user-analytics.ts';
import { UserHistory } from './application/interfaces/user-history.ts';
import { ErasureSaga } from './application/sagas/erasure.saga.ts';
import { ActivateUserUseCase } from './application/use-cases/activate-user.usecase.ts';
import { BecomeTutorUseCase } from './application/use-cases/become-tutor.usecase.ts';
import { BootstrapSuperadminUseCase, type FirstSuperadmin } from './application/use-cases/bootstrap-superadmin.usecase.ts';
import { CancelRegistrationUseCase } from './application/use-cases/cancel-registration.usecase.ts';
import { ChangeBadgeUseCase } from './application/use-cases/change-badge.usecase.ts';
import { ChangeRoleUseCase } from './application/use-cases/change-role.usecase.ts';
import { CreateUserUseCase } from './application/use-cases/create-user.usecase.ts';
import { DeactivateSelfUseCase } from './application/use-cases/deactivate-self.usecase.ts';
import { GetHistoryUseCase } from './application/use-cases/get-history.usecase.ts';
import { GetSettingsUseCase } from './application/use-cases/get-settings.usecase.ts';
import { GetUserUseCase } from './application/use-cases/get-user.usecase.ts';
import { ListUsersUseCase } from './application/use-cases/list-users.usecase.ts';
import { ReactivateUserUseCase } from './application/use-cases/reactivate-user.usecase.ts';
import { RegisterUserUseCase } from './application/use-cases/register-user.usecase.ts';
import { RequestErasureUseCase } from './application/use-cases/request-erasure.usecase.ts';
import { SuspendUserUseCase } from './application/use-cases/suspend-user.usecase.ts';
import { UpdateSettingsUseCase } from './application/use-cases/update-settings.usecase.ts';
import { UpdateUserUseCase } from './application/use-cases/update-user.usecase.ts';
import { SERVICE_NAME } from './constants.ts';
import { BookingEventsConsumer } from './infrastructure/event-consumers/booking-events.consumer.ts';
import { IdentityEventsConsumer } from './infrastructure/event-consumers/identity-events.consumer.ts';
import { TutorEventsConsumer } from './infrastructure/event-consumers/tutor-events.consumer.ts';
import { PaymentOpenItems } from './infrastructure/open-items/payment-open-items.ts';
import { DrizzleRegistrationRepository } from './infrastructure/repositories/drizzle-registration.repository.ts';
import { DrizzleUserAnalytics } from './infrastructure/repositories/drizzle-user-analytics.ts';
import { DrizzleUserRepository } from './infrastructure/repositories/drizzle-user.repository.ts';
import { LoggedUserHistory } from './infrastructure/repositories/logged-user-history.ts';
import { UsersController } from './presentation/users.controller.ts';

const useCases = [
  ActivateUserUseCase,
  BecomeTutorUseCase,
  BootstrapSuperadminUseCase,
  CancelRegistrationUseCase,
  ChangeBadgeUseCase,
  ChangeRoleUseCase,
  CreateUserUseCase,
  DeactivateSelfUseCase,
  GetHistoryUseCase,
  GetSettingsUseCase,
  GetUserUseCase,
  ListUsersUseCase,
  ReactivateUserUseCase,
  RegisterUserUseCase,
  RequestErasureUseCase,
  SuspendUserUseCase,
  UpdateSettingsUseCase,
  UpdateUserUseCase,
];
const reactions = [
  SendWelcomeEmail,
  InitializeAnalytics,
  CreateDefaultSettings,
  NotifyPromotionToTutor,
  NotifyPromotionToAdmin,
  IdentityEventsConsumer,
  TutorEventsConsumer,
  BookingEventsConsumer,
  ErasureSaga,
  EraseUserHandler,
];

@Module({
  controllers: [UsersController],
  providers: [
    ...useCases,
    ...reactions,
    { provide: UserRepository, useClass: DrizzleUserRepository },
    { provide: RegistrationRepository, useClass: DrizzleRegistrationRepository },
    { provide: UserAnalytics, useClass: DrizzleUserAnalytics },
    { provide: UserHistory, useClass: LoggedUserHistory },
    { provide: OpenItems, useClass: PaymentOpenItems },
  ],
})
export class UserServiceModule {}

export const userService: ServiceDefinition = {
  name: SERVICE_NAME,
  module: UserServiceModule,
  contracts: [
    ...contracts.filter(({ producer }) => producer === SERVICE_NAME),
    ...(subscriptions[SERVICE_NAME] ?? []).map(({ event }) => event),
  ],
  migrations: [join(import.meta.dirname, '..', 'drizzle')],
  problems: {
    EMAIL_TAKEN: 409,
    ALREADY_TUTOR: 409,
    SUPERADMIN_EXISTS: 409,
    ALREADY_ACTIVE: 409,
    INVALID_STATE: 409,
    FORBIDDEN_TRANSITION: 403,
    UNKNOWN_ROLE: 400,
    USER_NOT_ACTIVE: 422,
    USER_SUSPENDED: 422,
    SAME_ROLE: 422,
    LAST_SUPERADMIN: 422,
    OPEN_BOOKINGS: 422,
    OPEN_BALANCE: 422,
  },
};

/**
 * Makes the first superadmin; there is no route for it. `env` is the environment of the service, the process's own if it is left out. Throws
 * SuperadminExists, EmailTaken, ProfileRuleViolated, and what `startService` throws.
 */
export async function bootstrapSuperadmin(
  person: FirstSuperadmin,
  env?: Readonly<Record<string, string | undefined>>,
): Promise<{ userId: string }> {
  return runTask(userService, 'bootstrap', (app) => app.get(BootstrapSuperadminUseCase).execute(person), env);
}
