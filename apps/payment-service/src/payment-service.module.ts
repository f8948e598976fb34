import { join } from 'node:path';
import { contracts, subscriptions } from '@edtech/contracts';
import {
  Clock,
  Database,
  EventContracts,
  EventStoreRelay,
  EventStoreService,
  FeedSignal,
  ServiceEnvironment,
  UnitOfWork,
  type ServiceDefinition,
} from '@edtech/shared-kernel';
import { Module } from '@nestjs/common';
import { ResumeWhenDisputeClosed } from './application/event-handlers/payment-dispute-closed.handler.ts';
import { ChargeAttempts } from './application/interfaces/charge-attempts.ts';
import { EndedBookings } from './application/interfaces/ended-bookings.ts';
import { PaymentProvider } from './application/interfaces/payment-provider.interface.ts';
import { PaymentRules } from './application/interfaces/payment-rules.ts';
import { PaymentRepository } from './application/interfaces/payment.repository.ts';
import { PayoutRepository } from './application/interfaces/payout.repository.ts';
import { RefundIds } from './application/interfaces/refund-ids.ts';
import { LedgerProjection } from './application/projections/ledger.projection.ts';
import { SettlementDailyProjection } from './application/projections/settlement-daily.projection.ts';
import { ChargeSaga } from './application/sagas/charge.saga.ts';
import { RefundSaga } from './application/sagas/refund.saga.ts';
import { ReleaseSaga } from './application/sagas/release.saga.ts';
import { ApproveRefundUseCase } from './application/use-cases/approve-refund.usecase.ts';
import { CancelPaymentUseCase } from './application/use-cases/cancel-payment.usecase.ts';
import { ChargePaymentUseCase } from './application/use-cases/charge-payment.usecase.ts';
import { ConfirmPaymentUseCase } from './application/use-cases/confirm-payment.usecase.ts';
import { CreatePaymentUseCase } from './application/use-cases/create-payment.usecase.ts';
import { EndBookingUseCase } from './application/use-cases/end-booking.usecase.ts';
import { RecordProviderReportUseCase } from './application/use-cases/record-provider-report.usecase.ts';
import { RefundIssueUseCase } from './application/use-cases/refund-issue.usecase.ts';
import { RejectRefundUseCase } from './application/use-cases/reject-refund.usecase.ts';
import { ReleaseAuthorizationUseCase } from './application/use-cases/release-authorization.usecase.ts';
import { ReleaseFundsUseCase } from './application/use-cases/release-funds.usecase.ts';
import { RequestRefundUseCase } from './application/use-cases/request-refund.usecase.ts';
import { ResumeAfterDisputeUseCase } from './application/use-cases/resume-after-dispute.usecase.ts';
import { SendRefundUseCase } from './application/use-cases/send-refund.usecase.ts';
import { loadConfig } from './config.ts';
import { Payment } from './domain/aggregates/payment.aggregate.ts';
import { Payout } from './domain/aggregates/payout.aggregate.ts';
import { SideDatabase } from './infrastructure/database/side-database.ts';
import { BookingEventsConsumer } from './infrastructure/event-consumers/booking-events.consumer.ts';
import { openEventTable } from './infrastructure/event-store/open-event-table.ts';
import { HashedRefundIds } from './infrastructure/ids/hashed-refund-ids.ts';
import { FakeWebhookSender } from './infrastructure/providers/fake-webhook-sender.ts';
import { FakeProvider, FakeProviderOptions } from './infrastructure/providers/fake.provider.ts';
import { EventSourcedPaymentRepository } from './infrastructure/repositories/event-sourced-payment.repository.ts';
import { EventSourcedPayoutRepository } from './infrastructure/repositories/event-sourced-payout.repository.ts';
import { ledgerCheck } from './infrastructure/verify/ledger.check.ts';
import { SqlChargeAttempts } from './infrastructure/repositories/sql-charge-attempts.repository.ts';
import { SqlEndedBookings } from './infrastructure/repositories/sql-ended-bookings.repository.ts';
import { PaymentsController } from './presentation/payments.controller.ts';
import { WebhooksController } from './presentation/webhooks.controller.ts';

const SERVICE_NAME = 'payment-service';

const useCases = [
  ApproveRefundUseCase,
  CancelPaymentUseCase,
  ChargePaymentUseCase,
  ConfirmPaymentUseCase,
  CreatePaymentUseCase,
  EndBookingUseCase,
  RecordProviderReportUseCase,
  RefundIssueUseCase,
  RejectRefundUseCase,
  ReleaseAuthorizationUseCase,
  ReleaseFundsUseCase,
  RequestRefundUseCase,
  ResumeAfterDisputeUseCase,
  SendRefundUseCase,
];
const reactions = [ChargeSaga, RefundSaga, ReleaseSaga, BookingEventsConsumer, ResumeWhenDisputeClosed];
const projections = [LedgerProjection, SettlementDailyProjection];

@Module({
  controllers: [PaymentsController, WebhooksController],
  providers: [
    ...useCases,
    ...reactions,
    ...projections,
    FakeWebhookSender,
    {
      provide: SideDatabase,
      inject: [Database],
      useFactory: ({ options: { url } }: Database) =>
        new SideDatabase({ url, applicationName: `${SERVICE_NAME}/side`, connections: 4 }),
    },
    {
      provide: EventStoreService,
      inject: [ServiceEnvironment, EventContracts, Clock],
      useFactory: ({ variables }: ServiceEnvironment, all: EventContracts, clock: Clock) =>
        new EventStoreService(openEventTable(loadConfig(variables).eventStoreTable), all, clock),
    },
    {
      provide: EventStoreRelay,
      inject: [EventStoreService, Database, UnitOfWork, FeedSignal],
      useFactory: (store: EventStoreService, database: Database, unitOfWork: UnitOfWork, signal: FeedSignal) =>
        new EventStoreRelay(store, database, unitOfWork, signal, { name: `${SERVICE_NAME}.relay` }),
    },
    {
      provide: PaymentRules,
      inject: [ServiceEnvironment],
      useFactory: ({ variables }: ServiceEnvironment) => loadConfig(variables).rules,
    },
    {
      provide: FakeProviderOptions,
      inject: [ServiceEnvironment],
      useFactory: ({ variables }: ServiceEnvironment) => loadConfig(variables).fakeProvider,
    },
    { provide: PaymentRepository, useClass: EventSourcedPaymentRepository },
    { provide: PayoutRepository, useClass: EventSourcedPayoutRepository },
    { provide: ChargeAttempts, useClass: SqlChargeAttempts },
    { provide: EndedBookings, useClass: SqlEndedBookings },
    { provide: RefundIds, useClass: HashedRefundIds },
    { provide: PaymentProvider, useClass: FakeProvider },
  ],
})
export class PaymentServiceModule {}

const known = [
  ...contracts.filter(({ producer }) => producer === SERVICE_NAME),
  ...(subscriptions[SERVICE_NAME] ?? []).map(({ event }) => event),
];

export const paymentService: ServiceDefinition = {
  name: SERVICE_NAME,
  module: PaymentServiceModule,
  contracts: known,
  migrations: [join(import.meta.dirname, '..', 'drizzle')],
  eventStore: {
    aggregateTypes: [Payment.AGGREGATE_TYPE, Payout.AGGREGATE_TYPE],
    openTable: (env) => openEventTable(loadConfig(env).eventStoreTable),
  },
  checks: { I8: ledgerCheck(new EventContracts(known)) },
  problems: {
    BAD_SIGNATURE: 401,
    SAME_PERSON: 403,
    INVALID_STATE: 409,
    ALREADY_OPEN: 409,
    NOT_OPEN: 409,
    USE_REFUND: 409,
    FROZEN: 409,
    ALREADY_ASSIGNED: 409,
    MALFORMED_WEBHOOK: 400,
    UNKNOWN_REFUND: 404,
    ATTEMPTS_EXHAUSTED: 422,
    AMOUNT_EXCEEDS_REMAINING: 422,
    DISPUTE_OPEN: 422,
    INVALID_AMOUNT: 422,
    APPROVAL_REQUIRED: 422,
    UNKNOWN_TRANSFER: 422,
  },
};
