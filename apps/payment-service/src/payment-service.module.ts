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
import { PaymentProvider } from './application/interfaces/payment-provider.interface.ts';
import { PaymentRules } from './application/interfaces/payment-rules.ts';
import { PaymentRepository } from './application/interfaces/payment.repository.ts';
import { PayoutRepository } from './application/interfaces/payout.repository.ts';
import { LedgerProjection } from './application/projections/ledger.projection.ts';
import { SettlementDailyProjection } from './application/projections/settlement-daily.projection.ts';
import { loadConfig } from './config.ts';
import { Payment } from './domain/aggregates/payment.aggregate.ts';
import { Payout } from './domain/aggregates/payout.aggregate.ts';
import { openEventTable } from './infrastructure/event-store/open-event-table.ts';
import { FakeProvider, FakeProviderOptions } from './infrastructure/providers/fake.provider.ts';
import { EventSourcedPaymentRepository } from './infrastructure/repositories/event-sourced-payment.repository.ts';
import { EventSourcedPayoutRepository } from './infrastructure/repositories/event-sourced-payout.repository.ts';
import { ledgerCheck } from './infrastructure/verify/ledger.check.ts';

const SERVICE_NAME = 'payment-service';

const projections = [LedgerProjection, SettlementDailyProjection];

@Module({
  providers: [
    ...projections,
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
