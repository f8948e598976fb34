/** Anything that can ask the service's database. */
export interface Asks {
  query(statement: { readonly text: string }): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}

const OPEN = `SELECT
  (SELECT count(*) FROM domain_events WHERE position IS NULL)::int AS unsequenced,
  (SELECT count(*) FROM subscriptions)::int AS subscriptions,
  (SELECT count(*) FROM saga_commands WHERE status = 'pending')::int AS commands,
  (SELECT coalesce(json_agg(json_build_object('name', name, 'behind', position - checkpoint, 'error', last_error)), '[]')
     FROM subscriptions, feed_head WHERE checkpoint < position) AS behind`;

/**
 * Waits until the service has nothing left to do by itself: every event has its place in the feed, every subscription stands at the head,
 * every saga command was carried out or parked. Timers that are not due are not waited for, nor are subscriptions that were never started,
 * unless `subscriptions` says how many there must be. Throws NotSettled, which names what is open.
 */
export async function settle(database: Asks, { subscriptions = 0, timeoutMs = 15_000 } = {}): Promise<void> {
  for (const until = Date.now() + timeoutMs; ;) {
    const { rows } = await database.query({ text: OPEN });
    const open = rows[0] ?? {};
    const started = Number(open['subscriptions']) >= subscriptions;
    const caughtUp = open['unsequenced'] === 0 && Array.isArray(open['behind']) && open['behind'].length === 0;
    if (started && caughtUp && open['commands'] === 0) return;
    if (Date.now() > until) throw new NotSettled(timeoutMs, open);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export class NotSettled extends Error {
  readonly code = 'NOT_SETTLED';

  constructor(
    timeoutMs: number,
    readonly open: object,
  ) {
    super(`not settled after ${timeoutMs} ms: ${JSON.stringify(open)}`);
    this.name = 'NotSettled';
  }
}
