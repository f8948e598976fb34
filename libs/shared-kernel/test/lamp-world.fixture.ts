import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach } from 'vitest';
import type { EventReaction } from '../src/application/event-reaction.ts';
import type { FailurePolicy } from '../src/application/failure-policy.ts';
import type { RecordedEvent } from '../src/domain/recorded-event.ts';
import type { FeedConsumer } from '../src/infrastructure/subscriptions/feed.ts';
import { Replica } from './feed.fixture.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { asRequest, CREATE_LAMPS, Lamp } from './lamps.fixture.ts';

interface ReplicaOptions {
  readonly url?: string;
  readonly consumers?: readonly FeedConsumer[];
  readonly policy?: FailurePolicy;
}

/** A fresh database of lamps for each test of a file, and the replicas that the test starts on it. */
export class LampWorld {
  #db: KernelDatabase | undefined;
  readonly #replicas = new Set<Replica>();
  /** Rejections that nobody handled: each would have ended the process. */
  readonly unhandled: unknown[] = [];

  static forEachTest(): LampWorld {
    const world = new LampWorld();
    const note = (error: unknown): void => void world.unhandled.push(error);
    beforeEach(async () => {
      world.#db = await kernelDatabase();
      await world.db.database.query({ text: CREATE_LAMPS });
      world.unhandled.length = 0;
      process.on('unhandledRejection', note);
    });
    afterEach(async () => {
      await Promise.all([...world.#replicas].map((replica) => world.stop(replica)));
      await world.db.close();
      process.off('unhandledRejection', note);
    });
    return world;
  }

  get db(): KernelDatabase {
    if (this.#db === undefined) throw new Error('no test is running');
    return this.#db;
  }

  replica(reactions: readonly EventReaction[], { url = this.db.url, consumers = [], policy }: ReplicaOptions = {}): Replica {
    const made = new Replica(url, reactions, consumers, 1_000, policy);
    this.#replicas.add(made);
    return made;
  }

  async stop(replica: Replica): Promise<void> {
    if (this.#replicas.delete(replica)) await replica.stop();
  }

  async untilSomebodyWaitsForALock(howMany = 1): Promise<void> {
    await until(`${howMany} wait for a lock`, async () => {
      const { rows } = await this.db.database.query({
        text: `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      });
      return rows.length === howMany;
    });
  }
}

/** An outside effect of all lamp events unless told otherwise. */
export function reaction(handle: (event: RecordedEvent) => Promise<void>, more: Partial<EventReaction> = {}): EventReaction {
  return {
    subscription: 'lamp-service.effects',
    events: ['lamp.bought', 'lamp.lit'],
    effect: 'outside',
    order: 'any',
    handle,
    ...more,
  };
}

export async function buy(self: Replica, ...ids: string[]): Promise<void> {
  for (const id of ids) await asRequest(() => self.lamps.save(Lamp.buy(id, id)));
}

export async function light(self: Replica, id: string, times = 1): Promise<void> {
  for (let n = 0; n < times; n++) {
    await asRequest(async () => {
      const lamp = await self.lamps.get(id);
      lamp.light(n);
      await self.lamps.save(lamp);
    });
  }
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`not within 10 s: ${what}`);
    await sleep(10);
  }
}
