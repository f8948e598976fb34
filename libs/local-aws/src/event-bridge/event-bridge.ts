import { AwsError } from '../aws-error.ts';
import type { BusFaults, Clock, DurableStore, Random, TargetDelivery } from '../ports.ts';
import { archiveOperations } from './archive.operations.ts';
import { ArchiveStorage } from './archive-storage.ts';
import { Arns } from './arns.ts';
import { busOperations } from './bus.operations.ts';
import { Delivery, type DeliveryStats } from './delivery.ts';
import { FaultSource } from './faults.ts';
import { Journal } from './journal.ts';
import type { Operation } from './operation.ts';
import { patternOperations } from './pattern.operations.ts';
import { Publisher } from './publisher.ts';
import { type Ownership, PutEvents } from './put-events.ts';
import { Registry } from './registry.ts';
import { replayOperations } from './replay.operations.ts';
import { Replays } from './replays.ts';
import { Request } from './request.ts';
import { ruleOperations } from './rule.operations.ts';
import { tagOperations } from './tag.operations.ts';
import { targetOperations } from './target.operations.ts';

export interface EventBridgeOptions {
  store: DurableStore;
  clock: Clock;
  random: Random;
  targets: TargetDelivery;
  /** Must give the live object: a delivery that `failTarget` refuses counts it down there. */
  faults: () => BusFaults;
  ownership?: Ownership;
  account?: string;
  region?: string;
  /** The limit for the sum of entry sizes of one PutEvents call. */
  requestBytesLimit?: number;
}

export interface EventBridge {
  /**
   * Answers one operation of the API. Throws AwsError; type RESET means the request was carried out and its connection is to be
   * destroyed without an answer. What it resolves for PutEvents is durable.
   */
  handle(operation: string, body: unknown, caller: { accessKeyId?: string }): Promise<object>;
  /** Resolves when every due delivery has been tried and noted; retries of the future and running replays do not count. */
  idle(): Promise<void>;
  stats(): DeliveryStats & { accepted: number };
  /** Waits for running attempts; open deliveries stay in the store, which remains open and the caller's. */
  close(): Promise<void>;
}

/** The bus on a store; deliveries and replays an earlier process left open in that store continue. */
export async function createEventBridge(options: EventBridgeOptions): Promise<EventBridge> {
  const { store, clock, random, targets, ownership } = options;
  const { account = '000000000000', region = 'us-east-1', requestBytesLimit = 1_048_576 } = options;
  const faults = new FaultSource(options.faults, random);
  const journal = new Journal(store);
  const registry = new Registry(journal, new Arns(account, region));
  await registry.load(clock.now().getTime());

  const delivery: Delivery = new Delivery({
    registry,
    journal,
    clock,
    random,
    faults,
    targets,
    forward: (bus, event) => publisher.forward(bus, event),
  });
  const publisher = new Publisher({ registry, journal, clock, faults, delivery });
  const storage = new ArchiveStorage({ registry, journal, clock });
  const replays = new Replays({ registry, journal, clock, publisher, storage });
  const putEvents = new PutEvents({ registry, publisher, clock, faults, ownership, requestBytesLimit });
  await publisher.recover();
  await storage.start();
  await replays.load();

  const operations = new Map<string, Operation>(
    Object.entries({
      ...busOperations({ registry, clock }),
      ...ruleOperations({ registry }),
      ...targetOperations({ registry }),
      ...patternOperations(),
      ...archiveOperations({ registry, clock, storage }),
      ...replayOperations({ registry, clock, replays }),
      ...tagOperations({ registry }),
      PutEvents: (request: Request, { accessKeyId }: { accessKeyId?: string }) => putEvents.run(request, accessKeyId),
    }),
  );

  return {
    async handle(operation, body, caller) {
      const run = operations.get(operation);
      if (!run) throw new AwsError('UnknownOperationException', `EventBridge operation ${operation} is not available here`);
      return run(Request.of(body), caller);
    },
    async idle() {
      await delivery.idle();
      await journal.settled();
    },
    stats: () => ({ accepted: publisher.accepted, ...delivery.stats }),
    async close() {
      replays.stop();
      storage.stop();
      await delivery.stop();
      await journal.settled();
    },
  };
}
