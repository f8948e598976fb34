import type { Cell } from '../cell/cell.ts';

const WITHIN_MS = 30_000;
const MOST_ASKED = 500;

/**
 * How long, in seconds, until everything that was recorded before this call is handled everywhere: placed in the feed, taken by every
 * subscription, consumed by the other service. The load goes on meanwhile. Throws when it takes longer than `withinMs`.
 */
export async function untilRecovered(cell: Cell, withinMs = WITHIN_MS): Promise<number> {
  const startedAt = performance.now();
  const bank = cell.service('bank-service').database;
  const mirror = cell.service('mirror-service').database;
  const { rows } = await bank.query<{ id: string; event_id: string; account: boolean }>(
    `SELECT id, event_id, aggregate_type = 'Account' AS account FROM domain_events ORDER BY id DESC LIMIT ${MOST_ASKED}`,
  );
  const last = rows[0]?.id ?? '0';
  const consumed = rows.filter(({ account }) => account).map(({ event_id: id }) => id);
  for (;;) {
    const { rows: feed } = await bank.query<{ open: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM domain_events WHERE id <= $1 AND position IS NULL) OR EXISTS (
         SELECT 1 FROM subscriptions WHERE checkpoint < (SELECT position FROM domain_events WHERE id = $1)) AS open`,
      [last],
    );
    const { rows: inbox } = await mirror.query<{ missing: number }>(
      `SELECT count(*)::int AS missing FROM unnest($1::uuid[]) AS id
       WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE subscription = 'mirror-service.counts.count' AND event_id = id)`,
      [consumed],
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    if (feed[0]?.open === false && inbox[0]?.missing === 0) return seconds;
    if (seconds > withinMs / 1_000) throw new Error(`not recovered within ${withinMs / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
