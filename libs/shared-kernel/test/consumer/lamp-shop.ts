import { randomUUID } from 'node:crypto';
import type { EventReaction } from '../../src/application/event-reaction.ts';
import { retryThenPark, type FailurePolicy } from '../../src/application/failure-policy.ts';
import { SystemClock } from '../../src/application/clock.ts';
import { EventRecorder } from '../../src/infrastructure/domain-events/event-recorder.ts';
import type { StoredEvent } from '../../src/application/stored-event.ts';
import { UnitOfWork } from '../../src/infrastructure/database/unit-of-work.ts';
import {
  createInboxReaction,
  createRecordProcessor,
  type RecordProcessorParts,
} from '../../src/infrastructure/consumer/process-record.ts';
import type { ProcessRecord, QueueRecord } from '../../src/infrastructure/consumer/queue-record.ts';
import { toDetail } from '../../src/infrastructure/event-bridge/envelope.ts';
import { EventDelivery } from '../../src/infrastructure/inbox/event-delivery.ts';
import { ParkingLot } from '../../src/infrastructure/inbox/parking-lot.ts';
import { Leases } from '../../src/infrastructure/subscriptions/leases.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { lampContracts } from '../test-contracts.ts';

/** What the bus puts into the queue for an event; the bus id is new each time. */
export function busBody(event: StoredEvent, source = 'lamp-service'): string {
  const head = JSON.stringify({ version: '0', id: randomUUID(), 'detail-type': event.eventName, source, region: 'us-east-1' });
  return `${head.slice(0, -1)},"detail":${toDetail(event)}}`;
}

export function queueRecord(body: string, receiveCount = 1): QueueRecord {
  return { messageId: randomUUID(), body, receiveCount };
}

/** A service that follows lamps, on a database of its own. `effects` is what its handlers wrote. */
export class LampShop {
  readonly unitOfWork: UnitOfWork;
  readonly delivery: EventDelivery;
  readonly parkingLot: ParkingLot;
  readonly leases: Leases;

  private constructor(readonly kernel: KernelDatabase) {
    this.unitOfWork = new UnitOfWork(kernel.database, new EventRecorder(lampContracts, new SystemClock()));
    this.delivery = new EventDelivery(this.unitOfWork);
    this.parkingLot = new ParkingLot(kernel.database);
    this.leases = new Leases(kernel.database);
  }

  static async open(): Promise<LampShop> {
    const shop = new LampShop(await kernelDatabase());
    await shop.kernel.database.query({
      text: `CREATE TABLE effects (id int GENERATED ALWAYS AS IDENTITY, reaction text, lamp text, version int);
             CREATE TABLE lumens (lamp text PRIMARY KEY, lumen int)`,
    });
    return shop;
  }

  /** A reaction to lamp.lit that writes one row per call, after `before`. */
  reaction(
    name: string,
    options: Partial<EventReaction> & { before?: (version: number) => Promise<void> | void } = {},
  ): EventReaction {
    const { before, ...fields } = options;
    return {
      subscription: `shop-service.${name}`,
      events: ['lamp.lit'],
      effect: 'database',
      order: 'any',
      handle: async ({ aggregateId, streamVersion }) => {
        const client = await this.unitOfWork.client();
        await client.query('INSERT INTO effects (reaction, lamp, version) VALUES ($1, $2, $3)', [
          name,
          aggregateId,
          streamVersion,
        ]);
        await before?.(streamVersion);
      },
      ...fields,
    };
  }

  parts(reactions: readonly EventReaction[], policy: FailurePolicy = retryThenPark()): RecordProcessorParts {
    const { unitOfWork, delivery, parkingLot } = this;
    return { service: 'shop-service', contracts: lampContracts, reactions, delivery, unitOfWork, parkingLot, policy };
  }

  processor(reactions: readonly EventReaction[], policy?: FailurePolicy): ProcessRecord {
    return createRecordProcessor(this.parts(reactions, policy));
  }

  inboxReaction(reactions: readonly EventReaction[]): EventReaction {
    return createInboxReaction(this.parts(reactions));
  }

  /** `reaction lamp/version`, in the order in which they were written. */
  async effects(): Promise<string[]> {
    const { rows } = await this.kernel.database.query<{ effect: string }>({
      text: `SELECT reaction || ' ' || lamp || '/' || version AS effect FROM effects ORDER BY id`,
    });
    return rows.map(({ effect }) => effect);
  }

  /** `subscription stream error` of every parked key, the first line of its error, then the number of those that wait behind it. */
  async parked(): Promise<{ key: string; error: string | null; waiting: number }[]> {
    const keys = await this.parkingLot.list();
    return keys.map(({ subscription, stream, events }) => ({
      key: `${subscription} ${stream}`,
      error: events[0]?.error ?? null,
      waiting: events.length - 1,
    }));
  }

  async clear(): Promise<void> {
    await this.kernel.database.query({
      text: 'TRUNCATE effects, lumens, inbox, parked_events, parked_keys, consumed_versions, held_messages',
    });
  }

  async close(): Promise<void> {
    await this.kernel.close();
  }
}
