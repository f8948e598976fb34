import type { Cell } from '../cell/cell.ts';

const WITHIN_MS = 60_000;
const MOST_ASKED = 200;

/**
 * How long, in seconds, until everything that was recorded before this call is handled everywhere: placed in the feed, taken by every
 * subscription, consumed by the other service. The load goes on meanwhile. Throws NotRecovered, which names what is missing.
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
    const { rows: feed } = await bank.query<{ unplaced: number; behind: string[] }>(
      `SELECT (SELECT count(*) FROM domain_events WHERE id <= $1 AND position IS NULL)::int AS unplaced,
              ARRAY(SELECT name FROM subscriptions WHERE checkpoint < (SELECT position FROM domain_events WHERE id = $1)) AS behind`,
      [last],
    );
    const { rows: inbox } = await mirror.query<{ missing: number; parked: number }>(
      `SELECT count(*)::int AS missing, (SELECT count(*) FROM parked_keys)::int AS parked FROM unnest($1::uuid[]) AS id
       WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE subscription = 'mirror-service.counts.count' AND event_id = id)`,
      [consumed],
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    const open = { ...feed[0], ...inbox[0] };
    if (open.unplaced === 0 && open.behind?.length === 0 && open.missing === 0) return seconds;
    if (seconds > withinMs / 1_000) throw new NotRecovered(seconds, open);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export class NotRecovered extends Error {
  readonly code = 'NOT_RECOVERED';

  constructor(
    readonly seconds: number,
    readonly open: object,
  ) {
    super(`not recovered after ${seconds.toFixed(0)} s; open: ${JSON.stringify(open)}`);
    this.name = 'NotRecovered';
  }
}
