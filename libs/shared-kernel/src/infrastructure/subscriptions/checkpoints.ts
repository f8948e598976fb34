import type { Database } from '../database/database.ts';
import type { FeedConsumer } from './feed.ts';
import type { Lease } from './leases.ts';
import { LeaseLost } from './leases.ts';
import { subscriptionEvents } from './subscription-events.ts';

export interface SubscriptionStatus {
  readonly name: string;
  readonly checkpoint: number;
  readonly state: 'running' | 'stopped';
  readonly lastError: string | null;
  /** Events of the feed behind the head; those the subscription does not take included. */
  readonly behind: number;
  /** How long the first of them has been waiting. */
  readonly behindSeconds: number;
}

/** Where each subscription stands. Every write is fenced by the lease of its holder. */
export class Checkpoints {
  constructor(private readonly database: Database) {}

  /**
   * The checkpoint of a subscription; a new one starts at 0 or at the head, as it declares. Registers what it takes: an event it did not
   * take before counts from here on.
   */
  async open(consumer: FeedConsumer): Promise<{ checkpoint: number; state: 'running' | 'stopped'; failed: boolean }> {
    await this.database.query({
      text: `INSERT INTO subscriptions (name, checkpoint)
             SELECT $1, CASE WHEN $2 = 'now' THEN position ELSE 0 END FROM feed_head ON CONFLICT DO NOTHING`,
      values: [consumer.subscription, consumer.startAt],
    });
    const { rows } = await this.database.query<{ checkpoint: string; state: 'running' | 'stopped'; failed: boolean }>({
      text: 'SELECT checkpoint, state, last_error IS NOT NULL AS failed FROM subscriptions WHERE name = $1',
      values: [consumer.subscription],
    });
    const [row] = rows;
    const checkpoint = Number(row?.checkpoint ?? 0);
    await subscriptionEvents.fromFeed(this.database, consumer, checkpoint);
    return { checkpoint, state: row?.state ?? 'running', failed: row?.failed ?? false };
  }

  /** Throws LeaseLost when the lease is not the caller's any more. Never moves back. */
  async save(name: string, lease: Lease, checkpoint: number): Promise<void> {
    const { rowCount } = await this.database.query({
      name: 'checkpoint-save',
      text: `UPDATE subscriptions SET checkpoint = greatest(checkpoint, $2), last_error = NULL, updated_at = now()
             WHERE name = $1 AND EXISTS (SELECT 1 FROM leases WHERE name = $3 AND epoch = $4)`,
      values: [name, checkpoint, lease.name, lease.epoch],
    });
    if (rowCount !== 1) throw new LeaseLost(lease.name);
  }

  async failed(name: string, error: string, state: 'running' | 'stopped'): Promise<void> {
    await this.database.query({
      text: 'UPDATE subscriptions SET last_error = $2, state = $3, updated_at = now() WHERE name = $1',
      values: [name, error, state],
    });
  }

  async status(): Promise<SubscriptionStatus[]> {
    const { rows } = await this.database.query<{
      name: string;
      checkpoint: string;
      state: 'running' | 'stopped';
      last_error: string | null;
      head: string;
      behind_seconds: number | null;
    }>({
      name: 'subscription-status',
      text: `SELECT name, checkpoint, state, last_error, head.position AS head,
               extract(epoch FROM clock_timestamp() - next.recorded_at)::float8 AS behind_seconds
             FROM feed_head head, subscriptions LEFT JOIN domain_events next ON next.position = checkpoint + 1 ORDER BY name`,
    });
    return rows.map((row) => ({
      name: row.name,
      checkpoint: Number(row.checkpoint),
      state: row.state,
      lastError: row.last_error,
      behind: Math.max(0, Number(row.head) - Number(row.checkpoint)),
      behindSeconds: Math.max(0, row.behind_seconds ?? 0),
    }));
  }
}
