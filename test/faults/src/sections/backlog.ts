import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { Cell } from '../cell/cell.ts';
import type { SectionReport } from '../report.ts';
import { bankServices } from './in-cell.ts';

export interface BacklogOptions {
  readonly random: SeededRandom;
  readonly events: number;
  /** How long it is watched at the most: a slow consumer may take hours for the whole of it. */
  readonly watchMs: number;
  readonly log: (line: string) => void;
  readonly progress: (line: string) => void;
}

const MOST_MEBIBYTES = 512;
const LOOK_EVERY_MS = 5_000;
const SUBSCRIPTION = 'bank-service.statement';

/** A log full of events that a subscription has not seen: the process must neither swell nor choke, and each has its effect once. */
export async function backlog({ random, events, watchMs, log, progress }: BacklogOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const cell = await Cell.start({ random, services: bankServices({ bank: 1, mirror: 1 }), log });
  try {
    const { database, replicas } = cell.service('bank-service');
    const [replica] = replicas;
    if (replica === undefined) throw new Error('the bank has no replica');
    // The bus and the other service are not what is looked at here: nobody takes these events there.
    await cell.service('mirror-service').replicas[0]?.stop();
    await replica.stop();
    progress(`writing ${events} events`);
    await database.query(FILL, [events]);
    await database.query(`UPDATE feed_head SET position = $1`, [events]);
    await database.query(`UPDATE subscriptions SET checkpoint = $1 WHERE name <> $2`, [events, SUBSCRIPTION]);
    await database.query(`UPDATE subscriptions SET checkpoint = 0 WHERE name = $1`, [SUBSCRIPTION]);
    await database.query('ANALYZE domain_events');
    const drainedFrom = performance.now();
    await replica.start();
    let [checkpoint, most] = [0, 0];
    while (checkpoint < events && performance.now() - drainedFrom < watchMs) {
      await sleep(LOOK_EVERY_MS);
      const { rows } = await database.query<{ checkpoint: string }>('SELECT checkpoint FROM subscriptions WHERE name = $1', [
        SUBSCRIPTION,
      ]);
      const now = Number(rows[0]?.checkpoint ?? 0);
      const rate = now / ((performance.now() - drainedFrom) / 1_000);
      most = await mostMemory(replica.pid);
      progress(`${now} of ${events}, ${rate.toFixed(0)} events/s, ${most} MiB at the most`);
      if (now === checkpoint) throw new Error(`the backlog stands still at ${now}`);
      checkpoint = now;
    }
    const seconds = (performance.now() - drainedFrom) / 1_000;
    await replica.stop();
    const memory = most;
    const { rows } = await database.query<{ effects: number; again: number; skipped: number }>(EFFECTS, [SUBSCRIPTION]);
    const { effects = 0, again = 0, skipped = 0 } = rows[0] ?? {};
    const failures = [
      ...(memory < MOST_MEBIBYTES ? [] : [`${memory} MiB at the most, ${MOST_MEBIBYTES} are promised`]),
      ...(again === 0 ? [] : [`${again} events have had their effect again`]),
      ...(skipped === 0 ? [] : [`${skipped} events before the checkpoint have had no effect`]),
      ...(replica.deaths === 0 ? [] : [`the process died ${replica.deaths} times`]),
    ];
    return {
      name: `a backlog of ${events} events`,
      passed: failures.length === 0,
      seconds: (performance.now() - startedAt) / 1_000,
      figures: {
        'memory at the most in MiB': memory,
        'drained per s': Math.round(effects / seconds),
        'watched for s': seconds.toFixed(0),
        effects,
        'left in the backlog': events - effects,
        'handled again': again,
      },
      failures,
      repeat: `npm run faults -- backlog --seed ${random.seed}`,
    };
  } finally {
    await cell.stop();
  }
}

const EFFECTS = `
SELECT (SELECT count(*) FROM statements)::int AS effects,
       (SELECT count(*) - count(DISTINCT event_id) FROM statements)::int AS again,
       (SELECT count(*) FROM domain_events event
        WHERE position <= (SELECT checkpoint FROM subscriptions WHERE name = $1)
          AND NOT EXISTS (SELECT 1 FROM inbox WHERE subscription = $1 AND inbox.event_id = event.event_id))::int AS skipped`;

/** Credits of 1,000 accounts, placed in the feed. Their hashes are not those of a chain: nothing here reads them. */
const FILL = `
INSERT INTO domain_events (position, event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at,
  recorded_at, correlation_id, causation_id, user_id, actor, payload, prev_hash, hash)
SELECT n, gen_random_uuid(), 'account.credited', 1, 'Account', 'b-' || n % 1000, n / 1000 + 1, now(), now(), 'backlog', 'backlog', 'backlog',
  '{"id":"backlog","type":"system"}',
  '{"accountId":"b-' || n % 1000 || '","moveId":"m-' || n || '","amount":1,"balance":' || n / 1000 || '}', '', ''
FROM generate_series(1, $1::int) AS n`;

/** The largest resident memory the process ever had. */
async function mostMemory(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024);
}
