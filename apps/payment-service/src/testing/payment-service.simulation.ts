import { EventStoreRelay, EventStoreService } from '@edtech/shared-kernel';
import {
  SimulatedEventStore,
  SimulatedRelay,
  type MemoryDatabase,
  type ServicePorts,
  type ServiceTwins,
  type Twins,
} from '@edtech/shared-kernel/testing';
import { ChargePaymentCommand } from '../application/commands/charge-payment.command.ts';
import { RejectRefundCommand } from '../application/commands/reject-refund.command.ts';
import { SendRefundCommand } from '../application/commands/send-refund.command.ts';
import { TransferPayoutCommand } from '../application/commands/transfer-payout.command.ts';
import { ChargeAttempts } from '../application/interfaces/charge-attempts.ts';
import { EndedBookings } from '../application/interfaces/ended-bookings.ts';
import { Erasures } from '../application/interfaces/erasures.interface.ts';
import { LedgerBooks } from '../application/interfaces/ledger-books.interface.ts';
import { OpenItems } from '../application/interfaces/open-items.interface.ts';
import { PaymentHistory } from '../application/interfaces/payment-history.interface.ts';
import { PaymentList } from '../application/interfaces/payment-list.interface.ts';
import { PaymentProvider } from '../application/interfaces/payment-provider.interface.ts';
import { PaymentRules } from '../application/interfaces/payment-rules.ts';
import { PaymentRepository } from '../application/interfaces/payment.repository.ts';
import { PayoutAccounts } from '../application/interfaces/payout-accounts.interface.ts';
import { PayoutList } from '../application/interfaces/payout-list.interface.ts';
import { PayoutPlans } from '../application/interfaces/payout-plans.interface.ts';
import { PayoutRepository } from '../application/interfaces/payout.repository.ts';
import { RefundIds } from '../application/interfaces/refund-ids.ts';
import { RefundQueue } from '../application/interfaces/refund-queue.interface.ts';
import { SettlementReports } from '../application/interfaces/settlement-reports.interface.ts';
import { StudentStatements } from '../application/interfaces/student-statements.interface.ts';
import { TutorEarnings } from '../application/interfaces/tutor-earnings.interface.ts';
import { foldedEvents } from '../domain/services/earnings-fold.ts';
import { Payment } from '../domain/aggregates/payment.aggregate.ts';
import { Payout } from '../domain/aggregates/payout.aggregate.ts';
import { SideDatabase } from '../infrastructure/database/side-database.ts';
import { HashedRefundIds } from '../infrastructure/ids/hashed-refund-ids.ts';
import { FakeProviderOptions } from '../infrastructure/providers/fake.provider.ts';
import { paymentService } from '../payment-service.module.ts';
import {
  MemoryChargeAttempts,
  MemoryEndedBookings,
  MemoryPayoutAccounts,
  MemoryPayoutList,
  MemoryTutorEarnings,
} from './memory-payment.ports.ts';
import { MemoryPayoutPlans } from './memory-payout-plans.ts';
import { paymentChecks } from './payment-checks.ts';
import { observed } from './payment-observable.ts';
import { PaymentTables } from './payment-tables.ts';
import { statementsOver } from './projection-statements.ts';
import { SimulatedProvider } from './simulated-provider.ts';
import { PaymentStreams, SimulatedErasures, SimulatedPayments, SimulatedPayouts } from './simulated-repositories.ts';

/** Any balance is paid: which week a small one reaches a minimum in would be chance. */
const RULES: PaymentRules = {
  commissionBps: 2_000,
  trialCommissionBps: 5_000,
  autoApproveLimit: 5_000,
  payoutMinimum: 1,
  payoutSchedule: { day: 1, hour: 2, timeScale: 1 },
};

/** Nobody looks at lists and reports in a simulation, and nothing is decided by them. */
const FOR_PEOPLE = [PaymentHistory, PaymentList, StudentStatements, RefundQueue, LedgerBooks, SettlementReports, OpenItems];
/** Only what has a twin of its own, or does not run, asks for these. */
const REPLACED = [SideDatabase, FakeProviderOptions];

const SQL_ALONE = 'nothing is decided by its rows; what it folds is SQL for the most part and runs on Postgres in its own tests';

/** payment-service in memory: its event store is the real one over a table in memory, with the real relay. */
export const paymentServiceTwins: ServiceTwins = paymentServiceOver(SimulatedRelay);

/** The same with another relay: for tests of the simulation. */
export function paymentServiceOver(Relay: typeof SimulatedRelay): ServiceTwins {
  return {
    definition: paymentService,
    unsimulated: {
      'payment-service.fake-webhook-sender': 'the provider of the simulation sends its reports itself',
      'payment-service.ledger': SQL_ALONE,
      'payment-service.settlement_daily': SQL_ALONE,
      'payment-service.payment_view': SQL_ALONE,
      'payment-service.student_history': SQL_ALONE,
      'payment-service.refund_queue': SQL_ALONE,
    },
    open(database): ServicePorts {
      const tables = new PaymentTables(database);
      const store = new SimulatedEventStore(database, Relay);
      const streams = new PaymentStreams(store);
      const provider = new SimulatedProvider(database);
      return {
        twins: (): Twins =>
          new Map<Parameters<Twins['get']>[0], object>([
            ...[...FOR_PEOPLE, ...REPLACED].map((token) => [token, {}] as const),
            [EventStoreService, store.service],
            [EventStoreRelay, store.relay],
            [PaymentRepository, new SimulatedPayments(streams.payments)],
            [PayoutRepository, new SimulatedPayouts(streams.payouts)],
            [Erasures, new SimulatedErasures(streams.erasures)],
            [PaymentProvider, provider],
            [PaymentRules, RULES],
            [RefundIds, new HashedRefundIds()],
            [ChargeAttempts, new MemoryChargeAttempts(tables)],
            [EndedBookings, new MemoryEndedBookings(tables)],
            [PayoutAccounts, new MemoryPayoutAccounts(tables)],
            [PayoutList, new MemoryPayoutList(tables)],
            [TutorEarnings, new MemoryTutorEarnings(tables)],
            [PayoutPlans, new MemoryPayoutPlans(tables, (dueAt) => lacksEarnings(database, dueAt))],
          ]),
        projections: statementsOver(tables),
        begin: (surroundings) => {
          store.begin(surroundings);
          streams.clear();
          provider.begin(surroundings);
        },
        observable: () => observed(tables, provider),
        checks: paymentChecks(tables, provider),
        roots: () => tables.plans.committed.keys(),
        patience: {
          fields: ['asked', 'silent'],
          // A rejection may come twice: here and in admin-service a request expires after the same week.
          commands: [ChargePaymentCommand, SendRefundCommand, TransferPayoutCommand, RejectRefundCommand].map(
            ({ COMMAND_NAME }) => COMMAND_NAME,
          ),
        },
        aggregates: {
          [Payment.AGGREGATE_TYPE]: streams.payments.states,
          [Payout.AGGREGATE_TYPE]: streams.payouts.states,
        },
      };
    },
  };
}

/** Whether the log has anything from before that instant that the earnings lack. */
function lacksEarnings({ log, checkpoints }: MemoryDatabase, dueAt: Date): boolean {
  const { position: reached } = checkpoints.committed.get('payment-service.tutor_earnings') ?? { position: 0 };
  return log.some(
    ({ eventName, recordedAt, position }) =>
      position > reached && recordedAt < dueAt.toISOString() && foldedEvents.includes(eventName),
  );
}
