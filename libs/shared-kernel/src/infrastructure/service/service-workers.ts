import { setTimeout as delay } from 'node:timers/promises';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import { QueuePoller } from '../consumer/queue-poller.ts';
import { createInboxReaction, createRecordProcessor } from '../consumer/process-record.ts';
import { RejectedMessage } from '../consumer/rejected-message.ts';
import { SqsQueue } from '../consumer/sqs-queue.ts';
import { Database } from '../database/database.ts';
import { isRollbackToRepeat, isUnavailable } from '../database/pg-errors.ts';
import { busHealth } from '../event-bridge/bus-health.ts';
import { EventBridgePublisher } from '../event-bridge/event-bridge.publisher.ts';
import { putEvents } from '../event-bridge/put-events.ts';
import { Redriver } from '../inbox/redriver.ts';
import type { FeedConsumer } from '../subscriptions/feed.ts';
import { ProjectionConsumer } from '../projections/projection-consumer.ts';
import { RebuildWorker } from '../projections/rebuild-worker.ts';
import { FeedSubscription } from '../subscriptions/feed-subscription.ts';
import { Leases } from '../subscriptions/leases.ts';
import { ReactionConsumer } from '../subscriptions/reaction-consumer.ts';
import { Sequencer } from '../subscriptions/sequencer.ts';
import { subscriptionEvents } from '../subscriptions/subscription-events.ts';
import { Housekeeping } from './housekeeping.ts';
import { jobsHealth, LeasedJob } from './leased-job.ts';
import type { ServiceKernel } from './service-kernel.ts';
import type { ServiceReactions } from './service-reactions.ts';

/** A minute and more: longer than the database may be away while a service starts. */
const MOST_REGISTRATIONS = 60;

/** Everything that runs beside the requests of one service: feed, subscriptions, read models, publisher, queue, sagas, redrives, jobs, cleaning. */
export class ServiceWorkers {
  readonly #database: Database;
  readonly #fromBus: readonly EventReaction[];
  readonly #leaseDatabase: Database;
  readonly #leases: Leases;
  readonly #leased: readonly BackgroundWorker[];
  readonly #free: readonly BackgroundWorker[];
  readonly #poller: QueuePoller;

  constructor(kernel: ServiceKernel, reactions: ServiceReactions) {
    const { database, unitOfWork, contracts, delivery, parkingLot, policy, config, definition, signal } = kernel;
    this.#database = database;
    this.#fromBus = reactions.received.reactions;
    const parts = { contracts, delivery, unitOfWork, parkingLot, policy };
    const publisher = new EventBridgePublisher(definition.name, putEvents(kernel.eventBridge, config.eventBusName), contracts);
    const projections = reactions.projections.map((projection) => new ProjectionConsumer(projection, parts));
    const consumers: FeedConsumer[] = [
      publisher,
      ...projections,
      ...reactions.fromFeed.map(({ reaction, startAt }) => new ReactionConsumer(reaction, parts, startAt)),
    ];
    // A renewal must not wait for a connection behind requests and handlers: every lease would change its holder.
    this.#leaseDatabase = new Database({ url: config.databaseUrl, applicationName: `${definition.name}/leases`, connections: 1 });
    this.#leases = new Leases(this.#leaseDatabase);
    const redriven = [
      ...reactions.all.map(({ reaction }) => reaction),
      ...projections.map((projection) => projection.redriven),
      createInboxReaction(reactions.received),
    ];
    const redriver = new Redriver(
      database,
      delivery,
      new EventContracts([...contracts, RejectedMessage]),
      new Map(redriven.map((reaction) => [reaction.subscription, reaction])),
      this.#leases,
    );
    const jobs = reactions.jobs.map((job) => new LeasedJob(job, this.#leases));
    this.#leased = [
      new Sequencer(database, this.#leases, signal),
      ...consumers.map((consumer) => new FeedSubscription(consumer, database, kernel.checkpoints, this.#leases, signal)),
      redriver,
      new RebuildWorker(reactions.projections, database, unitOfWork, contracts, this.#leases),
      ...jobs,
    ];
    this.#free = [...reactions.sagas.workers(), new Housekeeping(database)];
    this.#poller = new QueuePoller({
      name: config.queueName,
      queue: new SqsQueue(kernel.sqs, { name: config.queueName }),
      processRecord: createRecordProcessor(reactions.received),
      probe: () => database.query({ text: 'SELECT 1' }),
    });
    kernel.health.add(busHealth(publisher, this.#poller));
    kernel.health.add(jobsHealth(jobs));
  }

  /** Waits for a database that is away. */
  async start(): Promise<void> {
    await this.#register();
    for (const worker of [...this.#leased, ...this.#free, this.#poller, this.#leases]) worker.start();
  }

  /** Takes nothing new, finishes what is under way, then gives up the leases so that another replica goes on at once. */
  async stop(): Promise<void> {
    await Promise.all([this.#poller.stop(), this.#leases.revoke(), ...this.#free.map((worker) => worker.stop())]);
    await Promise.all(this.#leased.map((worker) => worker.stop()));
    await this.#leases.stop();
    await this.#leaseDatabase.close();
  }

  async #register(): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        await subscriptionEvents.fromBus(this.#database, this.#fromBus);
        return;
      } catch (error) {
        if (failures > MOST_REGISTRATIONS || !(isUnavailable(error) || isRollbackToRepeat(error))) throw error;
        await delay(fullJitter(failures, 100, 2_000));
      }
    }
  }
}
