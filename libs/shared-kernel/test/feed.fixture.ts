import { SystemClock } from '../src/application/clock.ts';
import type { EventReaction } from '../src/application/event-reaction.ts';
import { retryThenPark, type FailurePolicy } from '../src/application/failure-policy.ts';
import { Database } from '../src/infrastructure/database/database.ts';
import { UnitOfWork } from '../src/infrastructure/database/unit-of-work.ts';
import { EventRecorder } from '../src/infrastructure/domain-events/event-recorder.ts';
import { EventDelivery } from '../src/infrastructure/inbox/event-delivery.ts';
import { ParkingLot } from '../src/infrastructure/inbox/parking-lot.ts';
import { Redriver } from '../src/infrastructure/inbox/redriver.ts';
import { Checkpoints } from '../src/infrastructure/subscriptions/checkpoints.ts';
import type { FeedConsumer } from '../src/infrastructure/subscriptions/feed.ts';
import { FeedSignal } from '../src/infrastructure/subscriptions/feed-signal.ts';
import { FeedSubscription } from '../src/infrastructure/subscriptions/feed-subscription.ts';
import { Leases } from '../src/infrastructure/subscriptions/leases.ts';
import { ReactionConsumer } from '../src/infrastructure/subscriptions/reaction-consumer.ts';
import { Sequencer } from '../src/infrastructure/subscriptions/sequencer.ts';
import { settle } from '../src/testing/settle.ts';
import { lampContracts, LampRepository } from './lamps.fixture.ts';

/** One replica of a service with the feed's workers, over a shared database. */
export class Replica {
  readonly database: Database;
  readonly signal: FeedSignal;
  readonly leases: Leases;
  readonly unitOfWork: UnitOfWork;
  readonly lamps: LampRepository;
  readonly delivery: EventDelivery;
  readonly parkingLot: ParkingLot;
  readonly checkpoints: Checkpoints;
  readonly sequencer: Sequencer;
  readonly redriver: Redriver;
  readonly #subscriptions: FeedSubscription[];
  readonly #reactions: Map<string, EventReaction>;

  constructor(
    url: string,
    readonly reactions: readonly EventReaction[],
    consumers: readonly FeedConsumer[] = [],
    ttlMs = 1_000,
    policy: FailurePolicy = retryThenPark({ baseMs: 5 }),
  ) {
    this.database = new Database({ url, applicationName: 'replica', connections: 8 });
    this.signal = new FeedSignal(this.database);
    this.leases = new Leases(this.database, ttlMs);
    this.unitOfWork = new UnitOfWork(this.database, new EventRecorder(lampContracts, new SystemClock()), () =>
      this.signal.raise('recorded'),
    );
    this.lamps = new LampRepository(this.unitOfWork);
    this.delivery = new EventDelivery(this.unitOfWork);
    this.parkingLot = new ParkingLot(this.database);
    this.checkpoints = new Checkpoints(this.database);
    this.sequencer = new Sequencer(this.database, this.leases, this.signal);
    this.#reactions = new Map(reactions.map((reaction) => [reaction.subscription, reaction]));
    this.redriver = new Redriver(this.database, this.delivery, lampContracts, this.#reactions, this.leases);
    const parts = {
      contracts: lampContracts,
      delivery: this.delivery,
      unitOfWork: this.unitOfWork,
      parkingLot: this.parkingLot,
      policy,
    };
    const all = [...consumers, ...reactions.map((reaction) => new ReactionConsumer(reaction, parts))];
    this.#subscriptions = all.map(
      (consumer) => new FeedSubscription(consumer, this.database, this.checkpoints, this.leases, this.signal),
    );
  }

  start(): this {
    this.signal.start();
    this.sequencer.start();
    for (const subscription of this.#subscriptions) subscription.start();
    this.leases.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.leases.revoke();
    await Promise.all([
      this.sequencer.stop(),
      this.redriver.stop(),
      ...this.#subscriptions.map((subscription) => subscription.stop()),
    ]);
    await this.leases.stop();
    await this.signal.stop();
    await this.database.close();
  }

  /** Until every subscription of this replica stands at the head. */
  async settle(): Promise<void> {
    await settle(this.database, { subscriptions: this.#subscriptions.length });
  }
}
