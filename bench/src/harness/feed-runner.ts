import { Database, retryThenPark, SystemClock, UnitOfWork, ParkingLot, type EventReaction } from '@edtech/shared-kernel';
import type { Pool } from 'pg';
import {
  Checkpoints,
  EventDelivery,
  EventRecorder,
  FeedSignal,
  FeedSubscription,
  Leases,
  ReactionConsumer,
  Sequencer,
  type FeedConsumer,
} from '../kernel.ts';
import { paymentContracts, paymentPayload } from './payments.ts';

/** The feed's workers of one replica, put together as a service does it. */
export class FeedRunner {
  readonly signal: FeedSignal;
  readonly unitOfWork: UnitOfWork;
  readonly delivery: EventDelivery;
  readonly parkingLot: ParkingLot;

  constructor(readonly database: Database) {
    this.signal = new FeedSignal(database);
    this.unitOfWork = new UnitOfWork(database, new EventRecorder(paymentContracts, new SystemClock()), () =>
      this.signal.raise('recorded'),
    );
    this.delivery = new EventDelivery(this.unitOfWork);
    this.parkingLot = new ParkingLot(database);
  }

  consumerOf(reaction: EventReaction): ReactionConsumer {
    const { delivery, unitOfWork, parkingLot } = this;
    return new ReactionConsumer(reaction, {
      contracts: paymentContracts,
      delivery,
      unitOfWork,
      parkingLot,
      policy: retryThenPark(),
    });
  }

  /** Runs the consumers, and the sequencer if wanted, until the answer is called. */
  start(consumers: readonly FeedConsumer[], withSequencer = false): () => Promise<void> {
    const leases = new Leases(this.database);
    const checkpoints = new Checkpoints(this.database);
    const workers = [
      ...(withSequencer ? [new Sequencer(this.database, leases, this.signal)] : []),
      ...consumers.map((consumer) => new FeedSubscription(consumer, this.database, checkpoints, leases, this.signal)),
    ];
    this.signal.start();
    for (const worker of workers) worker.start();
    leases.start();
    return async () => {
      await leases.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
      await this.signal.stop();
    };
  }
}

/** Fills the log with `events` sequenced events of `streams` streams, their versions dense and in order, and nothing else. */
export async function fillFeed(pool: Pool, events: number, streams: number): Promise<void> {
  await pool.query('TRUNCATE domain_events RESTART IDENTITY');
  await pool.query({
    text: `INSERT INTO domain_events (position, event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at,
             recorded_at, correlation_id, causation_id, user_id, actor, payload, prev_hash, hash)
           SELECT n + 1, gen_random_uuid(), 'payment.created', 1, 'Payment', 'p-' || n % $2, n / $2 + 1, now(), now(), 'c-' || n / 3, 'm-' || n, 'u-1',
                  '{"id":"u-1","type":"user"}', $3, $4, $4
           FROM generate_series(0, $1::int - 1) AS n`,
    values: [events, streams, JSON.stringify(paymentPayload('p'.repeat(36))), 'f'.repeat(64)],
  });
  await pool.query('UPDATE feed_head SET position = $1', [events]);
  await pool.query('VACUUM ANALYZE domain_events');
}
