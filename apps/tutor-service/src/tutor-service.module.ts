import { join } from 'node:path';
import { contracts, subscriptions } from '@edtech/contracts';
import { ServiceEnvironment, type ServiceDefinition } from '@edtech/shared-kernel';
import { Module } from '@nestjs/common';
import { InitializeTutorDashboardHandler } from './application/commands/initialize-tutor-dashboard.handler.ts';
import { SendOnboardingTipsHandler } from './application/commands/send-onboarding-tips.handler.ts';
import { SendWelcomeEmailHandler } from './application/commands/send-welcome-email.handler.ts';
import { DeleteBytesWhenDocumentRemoved } from './application/event-handlers/tutor-document-removed.handler.ts';
import { EraseDocumentsWhenTutorErased } from './application/event-handlers/tutor-erasure-confirmed.handler.ts';
import { DocumentStore } from './application/interfaces/document-store.interface.ts';
import { Erasures } from './application/interfaces/erasures.interface.ts';
import { OnboardingProgress } from './application/interfaces/onboarding-progress.interface.ts';
import { TutorProfileRepository } from './application/interfaces/repository.interface.ts';
import { TutorDashboards } from './application/interfaces/tutor-dashboards.interface.ts';
import { Uploads } from './application/interfaces/uploads.interface.ts';
import { UserCards } from './application/interfaces/user-cards.interface.ts';
import { TutorOnboardingSaga } from './application/sagas/tutor-onboarding.saga.ts';
import { ApplyDecisionUseCase } from './application/use-cases/apply-decision.usecase.ts';
import { ChangeRateUseCase } from './application/use-cases/change-rate.usecase.ts';
import { CountNoShowUseCase } from './application/use-cases/count-no-show.usecase.ts';
import { CreateTutorProfileUseCase } from './application/use-cases/create-tutor-profile.usecase.ts';
import { EraseTutorUseCase } from './application/use-cases/erase-tutor.usecase.ts';
import { GetDashboardUseCase } from './application/use-cases/get-dashboard.usecase.ts';
import { GetProfileUseCase } from './application/use-cases/get-profile.usecase.ts';
import { GetPublicProfileUseCase } from './application/use-cases/get-public-profile.usecase.ts';
import { LearnAboutUserUseCase } from './application/use-cases/learn-about-user.usecase.ts';
import { MarkInReviewUseCase } from './application/use-cases/mark-in-review.usecase.ts';
import { ReadDocumentUseCase } from './application/use-cases/read-document.usecase.ts';
import { ReinstateTutorUseCase } from './application/use-cases/reinstate-tutor.usecase.ts';
import { RemoveDocumentUseCase } from './application/use-cases/remove-document.usecase.ts';
import { SetAvailabilityUseCase } from './application/use-cases/set-availability.usecase.ts';
import { SetListedUseCase } from './application/use-cases/set-listed.usecase.ts';
import { SubmitForVerificationUseCase } from './application/use-cases/submit-for-verification.usecase.ts';
import { SuspendTutorUseCase } from './application/use-cases/suspend-tutor.usecase.ts';
import { UpdateProfileUseCase } from './application/use-cases/update-profile.usecase.ts';
import { UploadDocumentUseCase } from './application/use-cases/upload-document.usecase.ts';
import { loadConfig } from './config.ts';
import { DiskDocumentStore } from './infrastructure/documents/disk-document-store.ts';
import { BookingEventsConsumer } from './infrastructure/event-consumers/booking-events.consumer.ts';
import { PayoutEventsConsumer } from './infrastructure/event-consumers/payout-events.consumer.ts';
import { ReviewEventsConsumer } from './infrastructure/event-consumers/review-events.consumer.ts';
import { UserEventsConsumer } from './infrastructure/event-consumers/user-events.consumer.ts';
import { VerificationEventsConsumer } from './infrastructure/event-consumers/verification-events.consumer.ts';
import { MultipartUploads } from './infrastructure/http/multipart-uploads.ts';
import { DrizzleErasures } from './infrastructure/repositories/drizzle-erasures.repository.ts';
import { DrizzleTutorProfileRepository } from './infrastructure/repositories/drizzle-tutor-profile.repository.ts';
import { SqlTutorDashboards } from './infrastructure/repositories/sql-tutor-dashboards.repository.ts';
import { SqlUserCards } from './infrastructure/repositories/sql-user-cards.repository.ts';
import { SagaOnboardingProgress } from './infrastructure/sagas/saga-onboarding-progress.ts';
import { TutorsController } from './presentation/tutors.controller.ts';

const SERVICE_NAME = 'tutor-service';

const useCases = [
  ApplyDecisionUseCase,
  ChangeRateUseCase,
  CountNoShowUseCase,
  CreateTutorProfileUseCase,
  EraseTutorUseCase,
  GetDashboardUseCase,
  GetProfileUseCase,
  GetPublicProfileUseCase,
  LearnAboutUserUseCase,
  MarkInReviewUseCase,
  ReadDocumentUseCase,
  ReinstateTutorUseCase,
  RemoveDocumentUseCase,
  SetAvailabilityUseCase,
  SetListedUseCase,
  SubmitForVerificationUseCase,
  SuspendTutorUseCase,
  UpdateProfileUseCase,
  UploadDocumentUseCase,
];
const reactions = [
  InitializeTutorDashboardHandler,
  SendOnboardingTipsHandler,
  SendWelcomeEmailHandler,
  DeleteBytesWhenDocumentRemoved,
  EraseDocumentsWhenTutorErased,
  TutorOnboardingSaga,
  BookingEventsConsumer,
  PayoutEventsConsumer,
  ReviewEventsConsumer,
  UserEventsConsumer,
  VerificationEventsConsumer,
];

@Module({
  controllers: [TutorsController],
  providers: [
    ...useCases,
    ...reactions,
    { provide: TutorProfileRepository, useClass: DrizzleTutorProfileRepository },
    { provide: UserCards, useClass: SqlUserCards },
    { provide: OnboardingProgress, useClass: SagaOnboardingProgress },
    { provide: Uploads, useClass: MultipartUploads },
    { provide: Erasures, useClass: DrizzleErasures },
    { provide: TutorDashboards, useClass: SqlTutorDashboards },
    {
      provide: DocumentStore,
      inject: [ServiceEnvironment],
      useFactory: ({ variables }: ServiceEnvironment) => new DiskDocumentStore(loadConfig(variables).documentsFolder),
    },
  ],
})
export class TutorServiceModule {}

export const tutorService: ServiceDefinition = {
  name: SERVICE_NAME,
  module: TutorServiceModule,
  contracts: [
    ...contracts.filter(({ producer }) => producer === SERVICE_NAME),
    ...(subscriptions[SERVICE_NAME] ?? []).map(({ event }) => event),
  ],
  migrations: [join(import.meta.dirname, '..', 'drizzle')],
  problems: {
    ALREADY_EXISTS: 409,
    INVALID_STATE: 409,
    DOCUMENT_TOO_LARGE: 413,
    UNSUPPORTED_DOCUMENT: 415,
    PROFILE_INCOMPLETE: 422,
    ATTEMPTS_EXHAUSTED: 422,
    CONTACT_DATA_IN_BIO: 422,
    RATE_OUT_OF_BOUNDS: 422,
    AVAILABILITY_OVERLAP: 422,
    INVALID_ZONE: 422,
    INVALID_WINDOW: 422,
    DOCUMENT_LOCKED: 422,
  },
};
