import { setTimeout as delay } from 'node:timers/promises';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import { crashpoint } from '../../application/crashpoint.ts';
import type { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { Database } from '../database/database.ts';
import { isUnavailable } from '../database/pg-errors.ts';
import type { Lease, Leases } from '../subscriptions/leases.ts';
import { errorLine } from '../logging/safe-text.ts';
import type { EventDelivery } from './event-delivery.ts';

const POLL_MS = 1_000;

interface Head {
  readonly id: string;
  readonly message: string;
}

/**
 * Delivers the events of keys that an operator set to `redriving`, in their order. Event, effect and the way out of the queue commit
 * together; a failure puts the key back to `parked` with its new error, a database that is away leaves it to the next turn. One replica at
 * a time does it, so that an effect outside is not repeated by all of them.
 */
export class Redriver implements BackgroundWorker {
  readonly name = 'redriver';
  #working: Promise<void> = Promise.resolve();
  constructor(
    private readonly database: Database,
    private readonly delivery: EventDelivery,
    private readonly contracts: EventContracts,
    private readonly reactions: ReadonlyMap<string, EventReaction>,
    private readonly leases: Leases,
  ) {}

  start(): void {
    this.leases.want(this.name, (lease) => {
      this.#working = this.#working.then(() => this.#serve(lease));
    });
  }

  async stop(): Promise<void> {
    await this.#working;
  }

  /** Works until no key of a known reaction is left to redrive or `ended`; answers how many events were delivered. */
  async redriveAll(ended?: AbortSignal): Promise<number> {
    const { rows } = await this.database.query<{ subscription: string; stream: string }>({
      name: 'redriving-keys',
      text: `SELECT subscription, stream FROM parked_keys WHERE state = 'redriving' AND subscription = ANY($1) ORDER BY parked_at`,
      values: [[...this.reactions.keys()]],
    });
    let delivered = 0;
    for (const key of rows) {
      const reaction = this.reactions.get(key.subscription);
      while (reaction !== undefined && ended?.aborted !== true && (await this.#deliverHead(reaction, key.stream))) {
        delivered++;
        crashpoint('dlq.mid-redrive');
      }
    }
    return delivered;
  }

  async #serve({ lost }: Lease): Promise<void> {
    while (!lost.aborted) {
      await this.redriveAll(lost).catch(() => undefined);
      await delay(POLL_MS, undefined, { signal: lost }).catch(() => undefined);
    }
  }

  /** False: the key is empty (and gone), or failed again. */
  async #deliverHead(reaction: EventReaction, stream: string): Promise<boolean> {
    const head = await this.#head(reaction.subscription, stream);
    if (head === undefined) return false;
    try {
      const event = this.#read(head);
      await this.delivery.deliver(reaction, event, async (client) => {
        await client.query({
          text: 'SELECT 1 FROM parked_keys WHERE subscription = $1 AND stream = $2 FOR UPDATE',
          values: [reaction.subscription, stream],
        });
        await client.query({ text: 'DELETE FROM parked_events WHERE id = $1', values: [head.id] });
        await client.query({
          text: `DELETE FROM parked_keys key WHERE subscription = $1 AND stream = $2
                 AND NOT EXISTS (SELECT 1 FROM parked_events event WHERE event.subscription = key.subscription AND event.stream = key.stream)`,
          values: [reaction.subscription, stream],
        });
        crashpoint('dlq.after-copy');
      });
      return true;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      await this.database.query({
        text: `WITH failed AS (UPDATE parked_events SET error = $1, attempts = attempts + 1 WHERE id = $2)
               UPDATE parked_keys SET state = 'parked' WHERE subscription = $3 AND stream = $4`,
        values: [errorLine(error), head.id, reaction.subscription, stream],
      });
      return false;
    }
  }

  /** As it would be read today: a contract that was mended since counts. */
  #read(head: Head): RecordedEvent {
    const parked: RecordedEvent = JSON.parse(head.message);
    const { contract, payload } = this.contracts.read(parked.eventName, parked.schemaVersion, parked.payload);
    return { ...parked, eventName: contract.name, schemaVersion: contract.schemaVersion, payload };
  }

  async #head(subscription: string, stream: string): Promise<Head | undefined> {
    const { rows } = await this.database.query<{ id: string; message: string }>({
      text: 'SELECT id::text, message FROM parked_events WHERE subscription = $1 AND stream = $2 ORDER BY parked_events.id LIMIT 1',
      values: [subscription, stream],
    });
    return rows[0];
  }
}
