import { join } from 'node:path';
import { contracts, subscriptions } from '@edtech/contracts';
import { Clock, ServiceEnvironment, UnitOfWork, type ServiceDefinition } from '@edtech/shared-kernel';
import { Module } from '@nestjs/common';
import { CancelRegistrationHandler } from './application/commands/cancel-registration.handler.ts';
import { PublishRegistrationAgainHandler } from './application/commands/publish-registration-again.handler.ts';
import { SendVerificationReminderHandler } from './application/commands/send-verification-reminder.handler.ts';
import { SendAccountLockedMail } from './application/event-handlers/identity-account-locked.handler.ts';
import { SendGuardianMail } from './application/event-handlers/identity-guardian-consent-requested.handler.ts';
import { SendInvitationMail } from './application/event-handlers/identity-invited.handler.ts';
import { SendPasswordChangedMail } from './application/event-handlers/identity-password-changed.handler.ts';
import { SendPasswordResetMail } from './application/event-handlers/identity-password-reset-requested.handler.ts';
import { SendVerificationMail } from './application/event-handlers/identity-registered.handler.ts';
import {
  SignOutAtProvider,
  TellProviderTheRole,
  TellProviderTheStanding,
} from './application/event-handlers/tell-provider.handler.ts';
import { AccessTokens } from './application/interfaces/access-tokens.ts';
import { Erasures } from './application/interfaces/erasures.ts';
import { Guardians } from './application/interfaces/guardians.ts';
import { IdentityProvider } from './application/interfaces/identity-provider.ts';
import { MailLinks } from './application/interfaces/mail-links.ts';
import { MailTokens } from './application/interfaces/mail-tokens.ts';
import { Registrations } from './application/interfaces/registrations.ts';
import { AccountRepository } from './application/interfaces/repository.interface.ts';
import { Secrets } from './application/interfaces/secrets.ts';
import { SessionRepository } from './application/interfaces/session-repository.ts';
import { SigningKeys } from './application/interfaces/signing-keys.ts';
import { Strangers } from './application/interfaces/strangers.ts';
import { UserCards } from './application/interfaces/user-cards.ts';
import { RegistrationSaga } from './application/sagas/registration.saga.ts';
import { TokenGrants } from './application/tokens.ts';
import { CancelRegistrationUseCase } from './application/use-cases/cancel-registration.usecase.ts';
import { DecideGuardianConsentUseCase } from './application/use-cases/decide-guardian-consent.usecase.ts';
import { EraseAccountUseCase } from './application/use-cases/erase-account.usecase.ts';
import { ForgotPasswordUseCase } from './application/use-cases/forgot-password.usecase.ts';
import { LearnAboutUserUseCase } from './application/use-cases/learn-about-user.usecase.ts';
import { ListSessionsUseCase } from './application/use-cases/list-sessions.usecase.ts';
import { LoginUseCase } from './application/use-cases/login.usecase.ts';
import { LogoutUseCase } from './application/use-cases/logout.usecase.ts';
import { RefreshUseCase } from './application/use-cases/refresh.usecase.ts';
import { RegisterUseCase } from './application/use-cases/register.usecase.ts';
import { ResendVerificationUseCase } from './application/use-cases/resend-verification.usecase.ts';
import { ResetPasswordUseCase } from './application/use-cases/reset-password.usecase.ts';
import { RevokeSessionUseCase } from './application/use-cases/revoke-session.usecase.ts';
import { VerifyEmailUseCase } from './application/use-cases/verify-email.usecase.ts';
import { loadConfig } from './config.ts';
import { SERVICE_NAME } from './constants.ts';
import { LoggedRegistrations } from './infrastructure/event-bridge/logged-registrations.ts';
import { AdminEventsConsumer } from './infrastructure/event-consumers/admin-events.consumer.ts';
import { TutorEventsConsumer } from './infrastructure/event-consumers/tutor-events.consumer.ts';
import { UserEventsConsumer } from './infrastructure/event-consumers/user-events.consumer.ts';
import { DrizzleSigningKeys } from './infrastructure/keys/drizzle-signing-keys.ts';
import { JoseAccessTokens } from './infrastructure/keys/jose-access-tokens.ts';
import { KeyRotationJob } from './infrastructure/keys/key-rotation.job.ts';
import { KeyVault } from './infrastructure/keys/key-vault.ts';
import { PublicLinks } from './infrastructure/mail/public-links.ts';
import { RandomSecrets } from './infrastructure/passwords/random-secrets.ts';
import { chooseProvider } from './infrastructure/providers/choose-provider.ts';
import { DrizzleAccountRepository } from './infrastructure/repositories/drizzle-account.repository.ts';
import { DrizzleErasures } from './infrastructure/repositories/drizzle-erasures.ts';
import { DrizzleGuardians } from './infrastructure/repositories/drizzle-guardians.ts';
import { DrizzleMailTokens } from './infrastructure/repositories/drizzle-mail-tokens.ts';
import { DrizzleSessionRepository } from './infrastructure/repositories/drizzle-session.repository.ts';
import { DrizzleStrangers } from './infrastructure/repositories/drizzle-strangers.ts';
import { SqlUserCards } from './infrastructure/repositories/sql-user-cards.ts';
import { IdentityController } from './presentation/identity.controller.ts';
import { KeysController } from './presentation/keys.controller.ts';

const useCases = [
  CancelRegistrationUseCase,
  DecideGuardianConsentUseCase,
  EraseAccountUseCase,
  ForgotPasswordUseCase,
  LearnAboutUserUseCase,
  ListSessionsUseCase,
  LoginUseCase,
  LogoutUseCase,
  RefreshUseCase,
  RegisterUseCase,
  ResendVerificationUseCase,
  ResetPasswordUseCase,
  RevokeSessionUseCase,
  TokenGrants,
  VerifyEmailUseCase,
];
const reactions = [
  SendVerificationMail,
  SendGuardianMail,
  SendInvitationMail,
  SendPasswordResetMail,
  SendPasswordChangedMail,
  SendAccountLockedMail,
  TellProviderTheRole,
  TellProviderTheStanding,
  SignOutAtProvider,
  UserEventsConsumer,
  TutorEventsConsumer,
  AdminEventsConsumer,
  RegistrationSaga,
  CancelRegistrationHandler,
  PublishRegistrationAgainHandler,
  SendVerificationReminderHandler,
  KeyRotationJob,
];

@Module({
  controllers: [IdentityController, KeysController],
  providers: [
    ...useCases,
    ...reactions,
    { provide: AccountRepository, useClass: DrizzleAccountRepository },
    { provide: SessionRepository, useClass: DrizzleSessionRepository },
    { provide: MailTokens, useClass: DrizzleMailTokens },
    { provide: Guardians, useClass: DrizzleGuardians },
    { provide: Strangers, useClass: DrizzleStrangers },
    { provide: UserCards, useClass: SqlUserCards },
    { provide: Erasures, useClass: DrizzleErasures },
    { provide: Registrations, useClass: LoggedRegistrations },
    { provide: Secrets, useClass: RandomSecrets },
    {
      provide: SigningKeys,
      inject: [ServiceEnvironment, UnitOfWork, Clock],
      useFactory: ({ variables }: ServiceEnvironment, unitOfWork: UnitOfWork, clock: Clock) => {
        const { keyEncryption } = loadConfig(variables);
        const vault = 'key' in keyEncryption ? new KeyVault(keyEncryption.key) : KeyVault.inFolder(keyEncryption.folder);
        return new DrizzleSigningKeys(unitOfWork, vault, clock);
      },
    },
    {
      provide: AccessTokens,
      inject: [ServiceEnvironment, SigningKeys, Clock],
      useFactory: ({ variables }: ServiceEnvironment, keys: DrizzleSigningKeys, clock: Clock) =>
        new JoseAccessTokens(keys, loadConfig(variables), clock),
    },
    {
      provide: IdentityProvider,
      inject: [ServiceEnvironment, UnitOfWork],
      useFactory: ({ variables }: ServiceEnvironment, unitOfWork: UnitOfWork) =>
        chooseProvider(loadConfig(variables).cognito, unitOfWork),
    },
    {
      provide: MailLinks,
      inject: [ServiceEnvironment],
      useFactory: ({ variables }: ServiceEnvironment) => new PublicLinks(loadConfig(variables).publicUrl),
    },
  ],
})
export class IdentityServiceModule {}

export const identityService: ServiceDefinition = {
  name: SERVICE_NAME,
  module: IdentityServiceModule,
  contracts: [
    ...contracts.filter(({ producer }) => producer === SERVICE_NAME),
    ...(subscriptions[SERVICE_NAME] ?? []).map(({ event }) => event),
  ],
  migrations: [join(import.meta.dirname, '..', 'drizzle')],
  problems: {
    EMAIL_TAKEN: 409,
    ALREADY_DECIDED: 409,
    WEAK_PASSWORD: 400,
    IMPOSSIBLE_BIRTH_DATE: 400,
    GUARDIAN_REQUIRED: 422,
    MINOR_CANNOT_TEACH: 422,
    INVALID_CREDENTIALS: 401,
    SESSION_ENDED: 401,
    TOKEN_REUSED: 401,
    NOT_VERIFIED: 403,
    ACCOUNT_DISABLED: 403,
    TOKEN_EXPIRED: 410,
    ACCOUNT_LOCKED: 423,
  },
};
