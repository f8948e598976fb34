import type { BackgroundWorker } from '../../application/background-worker.ts';
import { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import { QueuePoller } from '../consumer/queue-poller.ts';
import { createInboxReaction, createRecordProcessor } from '../consumer/process-record.ts';
import { RejectedMessage } from '../consumer/rejected-message.ts';
import { SqsQueue } from '../consumer/sqs-queue.ts';
import { busHealth } from '../event-bridge/bus-health.ts';
import { EventBridgePublisher } from '../event-bridge/event-bridge.publisher.ts';
import { putEvents } from '../event-bridge/put-events.ts';
import { Redriver } from '../inbox/redriver.ts';
import { SagaRuntime } from '../sagas/saga-runtime.ts';
import type { FeedConsumer } from '../subscriptions/feed.ts';
import { FeedSubscription } from '../subscriptions/feed-subscription.ts';
import { Leases } from '../subscriptions/leases.ts';
import { ReactionConsumer } from '../subscriptions/reaction-consumer.ts';
import { Sequencer } from '../subscriptions/sequencer.ts';
import type { Discovered } from './discover-reactions.ts';
import { Housekeeping } from './housekeeping.ts';
import type { ServiceKernel } from './service-kernel.ts';

/** Everything that runs beside the requests of one service: feed, subscriptions, publisher, queue, sagas, redrives, cleaning. */
export class ServiceWorkers {
  readonly #leases: Leases;
  readonly #leased: readonly BackgroundWorker[];
  readonly #free: readonly BackgroundWorker[];
  readonly #poller: QueuePoller;

  constructor(kernel: ServiceKernel, { reactions, sagas }: Discovered, dispatch: (command: object) => Promise<unknown>) {
    const { database, unitOfWork, contracts, delivery, parkingLot, policy, clock, config, definition, signal } = kernel;
    const runtime = new SagaRuntime({ unitOfWork, database, clock, sagas, dispatch, timeScale: config.timeScale });
    const all = [...reactions, ...runtime.reactions().map((reaction) => ({ reaction, startAt: 'beginning' as const }))];
    const isOwn = (eventName: string): boolean => contracts.get(eventName).producer === definition.name;

    const parts = { contracts, delivery, unitOfWork, parkingLot, policy };
    const publisher = new EventBridgePublisher(definition.name, putEvents(kernel.eventBridge, config.eventBusName), contracts);
    const consumers: FeedConsumer[] = [publisher];
    const fromBus: EventReaction[] = [];
    for (const { reaction, startAt } of all) {
      const own = reaction.events.filter(isOwn);
      const foreign = reaction.events.filter((eventName) => !isOwn(eventName));
      if (own.length > 0) consumers.push(new ReactionConsumer(only(reaction, own), parts, startAt));
      if (foreign.length > 0) fromBus.push(only(reaction, foreign));
    }

    this.#leases = new Leases(database);
    const received = { service: definition.name, contracts, reactions: fromBus, delivery, unitOfWork, parkingLot, policy };
    const redriven = [...all.map(({ reaction }) => reaction), createInboxReaction(received)];
    const redriver = new Redriver(
      database,
      delivery,
      new EventContracts([...contracts, RejectedMessage]),
      new Map(redriven.map((reaction) => [reaction.subscription, reaction])),
      this.#leases,
    );
    this.#leased = [
      new Sequencer(database, this.#leases, signal),
      ...consumers.map((consumer) => new FeedSubscription(consumer, database, kernel.checkpoints, this.#leases, signal)),
      redriver,
    ];
    this.#free = [...runtime.workers(), new Housekeeping(database)];
    this.#poller = new QueuePoller({
      name: config.queueName,
      queue: new SqsQueue(kernel.sqs, { name: config.queueName }),
      processRecord: createRecordProcessor(received),
      probe: () => database.query({ text: 'SELECT 1' }),
    });
    kernel.health.add(busHealth(publisher, this.#poller));
  }

  start(): void {
    for (const worker of [...this.#leased, ...this.#free, this.#poller, this.#leases]) worker.start();
  }

  /** Takes nothing new, finishes what is under way, then gives up the leases so that another replica goes on at once. */
  async stop(): Promise<void> {
    await Promise.all([this.#poller.stop(), this.#leases.revoke(), ...this.#free.map((worker) => worker.stop())]);
    await Promise.all(this.#leased.map((worker) => worker.stop()));
    await this.#leases.stop();
  }
}

/** The same reaction, name and inbox for a part of its events. */
function only(reaction: EventReaction, events: readonly string[]): EventReaction {
  const { subscription, effect, order } = reaction;
  return { subscription, effect, order, events, handle: (event) => reaction.handle(event) };
}
