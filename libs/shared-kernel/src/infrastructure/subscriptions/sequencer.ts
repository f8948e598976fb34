import { setTimeout as delay } from 'node:timers/promises';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import { crashpoint } from '../../application/crashpoint.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import type { Database } from '../database/database.ts';
import type { FeedSignal } from './feed-signal.ts';
import { LeaseLost, type Lease, type Leases } from './leases.ts';

const LEASE = 'sequencer';
const MOST_PER_TURN = 1_000;
const POLL_MS = 1_000;
/** After a turn that was not full: under load turns take more at a time and cost the writers less; the first event after a pause waits for nothing. */
const GATHER_MS = 4;

/**
 * Gives committed events their place in the feed: contiguous from 1, in insertion order, each stream in its own order. Because positions
 * are given after commit, no reader can pass an event that appears later, and a slow or stuck transaction delays only itself.
 *
 * Insertion order keeps the order of a stream: an event's row is inserted after its aggregate's row was updated under the version check,
 * so it draws its id after its predecessor had committed. Should ids of one stream ever be inverted (an import), the events that are
 * sequenced in one turn are put right by their versions.
 */
export class Sequencer implements BackgroundWorker {
  readonly name = 'sequencer';
  lastError: string | undefined;
  #term: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly signal: FeedSignal,
  ) {}

  start(): void {
    this.leases.want(LEASE, (lease) => {
      this.#term = this.#term.then(() => this.#serve(lease));
    });
  }

  async stop(): Promise<void> {
    await this.#term;
  }

  async #serve(lease: Lease): Promise<void> {
    for (let failures = 0; !lease.lost.aborted;) {
      const heard = this.signal.heard('recorded');
      try {
        const sequenced = await this.sequence(lease.epoch);
        failures = 0;
        this.lastError = undefined;
        if (sequenced > 0) {
          crashpoint('feed.after-sequence');
          this.signal.raise('sequenced');
        }
        if (sequenced > 0 && sequenced < MOST_PER_TURN) await pause(GATHER_MS, lease.lost);
        if (sequenced < MOST_PER_TURN) await this.signal.next('recorded', heard, POLL_MS, lease.lost);
      } catch (error) {
        if (error instanceof LeaseLost) return;
        this.lastError = error instanceof Error ? error.message : String(error);
        await pause(fullJitter(++failures, 100, 2_000), lease.lost);
      }
    }
  }

  /** One turn: at most 1,000 events; answers how many. Throws LeaseLost when `epoch` is not the lease's any more, with nothing written. */
  async sequence(epoch: number): Promise<number> {
    const { rows } = await this.database.query<{ fenced: boolean; sequenced: number }>({
      name: 'sequence',
      text: SEQUENCE,
      values: [epoch],
    });
    const [turn] = rows;
    if (turn === undefined || !turn.fenced) throw new LeaseLost(LEASE);
    return turn.sequenced;
  }
}

/**
 * The shared lock on the lease orders this statement before or after a change of holder, so positions never come from two at once. A turn
 * whose reply was lost may still run beside the next one: the second finds the head elsewhere than it `seen` it and places nothing.
 */
const SEQUENCE = `
WITH mine AS MATERIALIZED (
  SELECT 1 FROM leases WHERE name = '${LEASE}' AND epoch = $1 FOR SHARE
), batch AS MATERIALIZED (
  SELECT id, aggregate_type, aggregate_id, stream_version FROM domain_events WHERE position IS NULL ORDER BY id LIMIT ${MOST_PER_TURN}
), places AS (
  SELECT aggregate_type, aggregate_id, row_number() OVER (ORDER BY id) AS place,
         row_number() OVER (PARTITION BY aggregate_type, aggregate_id ORDER BY id) AS nth
  FROM batch
), entries AS (
  SELECT id, aggregate_type, aggregate_id, row_number() OVER (PARTITION BY aggregate_type, aggregate_id ORDER BY stream_version) AS nth
  FROM batch
), seen AS MATERIALIZED (
  SELECT position FROM feed_head
), head AS (
  UPDATE feed_head SET position = feed_head.position + (SELECT count(*) FROM batch)
  FROM seen
  WHERE feed_head.position = seen.position AND EXISTS (SELECT 1 FROM mine) AND EXISTS (SELECT 1 FROM batch)
  RETURNING feed_head.position - (SELECT count(*) FROM batch) AS base
), placed AS (
  UPDATE domain_events SET position = head.base + places.place
  FROM head, entries JOIN places USING (aggregate_type, aggregate_id, nth)
  WHERE domain_events.id = entries.id
  RETURNING 1
)
SELECT EXISTS (SELECT 1 FROM mine) AS fenced, (SELECT count(*) FROM placed)::int AS sequenced`;

async function pause(ms: number, until: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: until }).catch(() => undefined);
}
