import { Database, EventContracts, EventStoreRelay, FeedSignal, ParkingLot, Projection, UnitOfWork } from '@edtech/shared-kernel';
import { retryThenPark } from '@edtech/shared-kernel/application';
import { settle } from '@edtech/shared-kernel/testing';
import { ProjectionConsumer } from '../../../libs/shared-kernel/src/infrastructure/projections/projection-consumer.ts';
import {
  ProjectionRebuilds,
  type RebuildStatus,
} from '../../../libs/shared-kernel/src/infrastructure/projections/projection-rebuilds.ts';
import { RebuildWorker } from '../../../libs/shared-kernel/src/infrastructure/projections/rebuild-worker.ts';
import { Checkpoints } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/checkpoints.ts';
import { FeedSubscription } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/feed-subscription.ts';
import { Leases } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/leases.ts';
import { Sequencer } from '../../../libs/shared-kernel/src/infrastructure/subscriptions/sequencer.ts';
import { LedgerProjection } from '../src/application/projections/ledger.projection.ts';
import { PaymentViewProjection } from '../src/application/projections/payment-view.projection.ts';
import { RefundQueueProjection } from '../src/application/projections/refund-queue.projection.ts';
import { SettlementDailyProjection } from '../src/application/projections/settlement-daily.projection.ts';
import { StudentHistoryProjection } from '../src/application/projections/student-history.projection.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

export const READ_MODELS = [
  LedgerProjection,
  SettlementDailyProjection,
  PaymentViewProjection,
  StudentHistoryProjection,
  RefundQueueProjection,
];

export interface ReadSide {
  readonly service: RunningPaymentService;
  /** Until everything in the event store is in the rows of the read models. */
  caughtUp(): Promise<void>;
  /** Builds a read model again beside the live one, and swaps. */
  rebuilt(projection: string): Promise<RebuildStatus | undefined>;
  close(): Promise<void>;
}

/**
 * The service with its event store, relay, feed and read models, and without everything else that would go on with a payment by itself:
 * sagas, consumers, publisher.
 */
export async function runningReadSide(): Promise<ReadSide> {
  const service = await runningPaymentService({ ROLE: 'http' });
  const database = service.get(Database);
  const signal = service.get(FeedSignal);
  const contracts = service.get(EventContracts);
  const unitOfWork = service.get(UnitOfWork);
  const projections = READ_MODELS.map((model): Projection => service.get<Projection>(model));
  const parts = { contracts, unitOfWork, parkingLot: service.get(ParkingLot), policy: retryThenPark({ baseMs: 5 }) };
  const leases = new Leases(database, 1_000);
  const workers = [
    new Sequencer(database, leases, signal),
    ...projections.map(
      (projection) =>
        new FeedSubscription(new ProjectionConsumer(projection, parts), database, new Checkpoints(database), leases, signal),
    ),
  ];
  for (const worker of workers) worker.start();
  leases.start();
  const rebuilds = new ProjectionRebuilds(database);
  const rebuilder = new RebuildWorker(projections, database, unitOfWork, contracts, leases, 5);
  return {
    service,
    caughtUp: async () => {
      await service.get(EventStoreRelay).sweep();
      await settle(database, { subscriptions: projections.length });
    },
    rebuilt: async (name) => {
      await rebuilds.request(name);
      while (await rebuilder.step());
      return (await rebuilds.status()).find(({ projection }) => projection === name);
    },
    close: async () => {
      await leases.revoke();
      await Promise.all(workers.map((worker) => worker.stop()));
      await leases.stop();
      await service.close();
    },
  };
}
