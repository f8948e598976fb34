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
import { StartPayoutHandler } from './application/commands/start-payout.handler.ts';
import { TransferPayoutHandler } from './application/commands/transfer-payout.handler.ts';
import { Erasures } from './application/interfaces/erasures.interface.ts';
import { PayoutAccounts } from './application/interfaces/payout-accounts.interface.ts';
import { PayoutList } from './application/interfaces/payout-list.interface.ts';
import { PayoutPlans } from './application/interfaces/payout-plans.interface.ts';
import { TutorEarnings } from './application/interfaces/tutor-earnings.interface.ts';
import { PayoutListProjection } from './application/projections/payout-list.projection.ts';
import { TutorEarningsProjection } from './application/projections/tutor-earnings.projection.ts';
import { PayoutSaga } from './application/sagas/payout.saga.ts';
import { WeeklyPayoutsJob } from './application/jobs/weekly-payouts.job.ts';
import { CarryOutPayoutPlanUseCase } from './application/use-cases/carry-out-payout-plan.usecase.ts';
import { EraseUserUseCase } from './application/use-cases/erase-user.usecase.ts';
import { GetPayoutUseCase } from './application/use-cases/get-payout.usecase.ts';
import { HoldPayoutUseCase } from './application/use-cases/hold-payout.usecase.ts';
import { PayTutorsUseCase } from './application/use-cases/pay-tutors.usecase.ts';
import { ReleasePayoutUseCase } from './application/use-cases/release-payout.usecase.ts';
import { SuspendPayoutsUseCase } from './application/use-cases/suspend-payouts.usecase.ts';
import { ChargeAttempts } from './application/interfaces/charge-attempts.ts';
import { EndedBookings } from './application/interfaces/ended-bookings.ts';
import { LedgerBooks } from './application/interfaces/ledger-books.interface.ts';
import { OpenItems } from './application/interfaces/open-items.interface.ts';
import { PaymentHistory } from './application/interfaces/payment-history.interface.ts';
import { PaymentList } from './application/interfaces/payment-list.interface.ts';
import { PaymentProvider } from './application/interfaces/payment-provider.interface.ts';
import { PaymentRules } from './application/interfaces/payment-rules.ts';
import { PaymentRepository } from './application/interfaces/payment.repository.ts';
import { PayoutRepository } from './application/interfaces/payout.repository.ts';
import { RefundIds } from './application/interfaces/refund-ids.ts';
import { RefundQueue } from './application/interfaces/refund-queue.interface.ts';
import { SettlementReports } from './application/interfaces/settlement-reports.interface.ts';
import { StudentStatements } from './application/interfaces/student-statements.interface.ts';
import { LedgerProjection } from './application/projections/ledger.projection.ts';
import { PaymentViewProjection } from './application/projections/payment-view.projection.ts';
import { RefundQueueProjection } from './application/projections/refund-queue.projection.ts';
import { SettlementDailyProjection } from './application/projections/settlement-daily.projection.ts';
import { StudentHistoryProjection } from './application/projections/student-history.projection.ts';
import { ChargeSaga } from './application/sagas/charge.saga.ts';
import { RefundSaga } from './application/sagas/refund.saga.ts';
import { ReleaseSaga } from './application/sagas/release.saga.ts';
import { ApproveRefundUseCase } from './application/use-cases/approve-refund.usecase.ts';
import { CancelPaymentUseCase } from './application/use-cases/cancel-payment.usecase.ts';
import { ChargePaymentUseCase } from './application/use-cases/charge-payment.usecase.ts';
import { ConfirmPaymentUseCase } from './application/use-cases/confirm-payment.usecase.ts';
import { CreatePaymentUseCase } from './application/use-cases/create-payment.usecase.ts';
import { DiffPaymentUseCase } from './application/use-cases/diff-payment.usecase.ts';
import { EndBookingUseCase } from './application/use-cases/end-booking.usecase.ts';
import { GetLedgerBalancesUseCase } from './application/use-cases/get-ledger-balances.usecase.ts';
import { GetPaymentHistoryUseCase } from './application/use-cases/get-payment-history.usecase.ts';
import { GetPaymentUseCase } from './application/use-cases/get-payment.usecase.ts';
import { ListPaymentsUseCase } from './application/use-cases/list-payments.usecase.ts';
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
import { PayoutApprovalsConsumer } from './infrastructure/event-consumers/payout-approvals.consumer.ts';
import { TutorEventsConsumer } from './infrastructure/event-consumers/tutor-events.consumer.ts';
import { UserEventsConsumer } from './infrastructure/event-consumers/user-events.consumer.ts';
import { EventSourcedErasures } from './infrastructure/repositories/event-sourced-erasures.ts';
import { SqlPayoutAccounts } from './infrastructure/repositories/sql-payout-accounts.ts';
import { SqlPayoutList } from './infrastructure/repositories/sql-payout-list.ts';
import { SqlPayoutPlans } from './infrastructure/repositories/sql-payout-plans.ts';
import { SqlTutorEarnings } from './infrastructure/repositories/sql-tutor-earnings.ts';
import { EarningsController } from './presentation/earnings.controller.ts';
import { PayoutsController } from './presentation/payouts.controller.ts';
import { HashedRefundIds } from './infrastructure/ids/hashed-refund-ids.ts';
import { FakeWebhookSender } from './infrastructure/providers/fake-webhook-sender.ts';
import { FakeProvider, FakeProviderOptions } from './infrastructure/providers/fake.provider.ts';
import { EventStorePaymentHistory } from './infrastructure/repositories/event-store-payment-history.ts';
import { EventSourcedPaymentRepository } from './infrastructure/repositories/event-sourced-payment.repository.ts';
import { EventSourcedPayoutRepository } from './infrastructure/repositories/event-sourced-payout.repository.ts';
import { ledgerCheck } from './infrastructure/verify/ledger.check.ts';
import { SqlChargeAttempts } from './infrastructure/repositories/sql-charge-attempts.repository.ts';
import { SqlEndedBookings } from './infrastructure/repositories/sql-ended-bookings.repository.ts';
import { SqlLedgerBooks } from './infrastructure/repositories/sql-ledger-books.ts';
import { SqlOpenItems } from './infrastructure/repositories/sql-open-items.ts';
import { SqlPaymentList } from './infrastructure/repositories/sql-payment-list.ts';
import { SqlRefundQueue } from './infrastructure/repositories/sql-refund-queue.ts';
import { SqlSettlementReports } from './infrastructure/repositories/sql-settlement-reports.ts';
import { SqlStudentStatements } from './infrastructure/repositories/sql-student-statements.ts';
import { LedgerController } from './presentation/ledger.controller.ts';
import { PaymentQueriesController } from './presentation/payment-queries.controller.ts';
import { PaymentsController } from './presentation/payments.controller.ts';
import { ReportsController } from './presentation/reports.controller.ts';
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
const projections = [
  LedgerProjection,
  SettlementDailyProjection,
  PaymentViewProjection,
  StudentHistoryProjection,
  RefundQueueProjection,
];
const queries = [
  GetPaymentUseCase,
  GetPaymentHistoryUseCase,
  DiffPaymentUseCase,
  ListPaymentsUseCase,
  GetLedgerBalancesUseCase,
  { provide: PaymentHistory, useClass: EventStorePaymentHistory },
  { provide: PaymentList, useClass: SqlPaymentList },
  { provide: StudentStatements, useClass: SqlStudentStatements },
  { provide: RefundQueue, useClass: SqlRefundQueue },
  { provide: LedgerBooks, useClass: SqlLedgerBooks },
  { provide: SettlementReports, useClass: SqlSettlementReports },
  { provide: OpenItems, useClass: SqlOpenItems },
];
const payouts = [
  TutorEarningsProjection,
  PayoutListProjection,
  WeeklyPayoutsJob,
  PayoutSaga,
  StartPayoutHandler,
  TransferPayoutHandler,
  CarryOutPayoutPlanUseCase,
  PayTutorsUseCase,
  HoldPayoutUseCase,
  ReleasePayoutUseCase,
  SuspendPayoutsUseCase,
  EraseUserUseCase,
  GetPayoutUseCase,
  UserEventsConsumer,
  TutorEventsConsumer,
  PayoutApprovalsConsumer,
  { provide: TutorEarnings, useClass: SqlTutorEarnings },
  { provide: PayoutList, useClass: SqlPayoutList },
  { provide: PayoutPlans, useClass: SqlPayoutPlans },
  { provide: PayoutAccounts, useClass: SqlPayoutAccounts },
  { provide: Erasures, useClass: EventSourcedErasures },
];

@Module({
  controllers: [
    PaymentsController,
    WebhooksController,
    PaymentQueriesController,
    LedgerController,
    ReportsController,
    PayoutsController,
    EarningsController,
  ],
  providers: [
    ...useCases,
    ...reactions,
    ...projections,
    ...payouts,
    FakeWebhookSender,
    ...queries,
    {
      provide: SideDatabase,
      inject: [Database],
      useFactory: ({ options: { url } }: Database) =>
        new SideDatabase({ url, applicationName: `${SERVICE_NAME}/side`, connections: 4 }),
    },
    {
      provide: EventStoreService,
      inject: [ServiceEnvironment, EventContracts, Clock, FeedSignal],
      useFactory: ({ variables }: ServiceEnvironment, all: EventContracts, clock: Clock, signal: FeedSignal) =>
        new EventStoreService(openEventTable(loadConfig(variables).eventStoreTable), all, clock, {
          appended: () => signal.raise('appended'),
        }),
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
    EventSourcedPaymentRepository,
    { provide: PaymentRepository, useExisting: EventSourcedPaymentRepository },
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
    ALREADY_DEDUCTED: 409,
    MALFORMED_WEBHOOK: 400,
    UNKNOWN_REFUND: 404,
    VERSION_AHEAD: 422,
    ATTEMPTS_EXHAUSTED: 422,
    AMOUNT_EXCEEDS_REMAINING: 422,
    DISPUTE_OPEN: 422,
    INVALID_AMOUNT: 422,
    APPROVAL_REQUIRED: 422,
    UNKNOWN_TRANSFER: 422,
  },
};
