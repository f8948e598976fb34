import type { PoolClient } from 'pg';

/** Inbox rows are kept for 30 days; an event of the last of them may already be without one. */
export const INBOX_KNOWS = `interval '29 days'`;

/**
 * What a subscription has handled. `claim` runs in the transaction of the effect: two deliveries of one event meet on the primary key,
 * the second waits for the first and then finds the row. Rows are kept at least 30 days.
 */
export const inbox = {
  /** False: this event was handled before. */
  async claim(client: PoolClient, subscription: string, eventId: string): Promise<boolean> {
    const { rowCount } = await client.query({
      name: 'inbox-claim',
      text: 'INSERT INTO inbox (subscription, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      values: [subscription, eventId],
    });
    return rowCount === 1;
  },

  async has(client: PoolClient, subscription: string, eventId: string): Promise<boolean> {
    const { rowCount } = await client.query({
      name: 'inbox-has',
      text: 'SELECT 1 FROM inbox WHERE subscription = $1 AND event_id = $2',
      values: [subscription, eventId],
    });
    return rowCount === 1;
  },
};
