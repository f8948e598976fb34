import { setTimeout as delay } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import { crashpoint } from '../../application/crashpoint.ts';
import type { EventContracts } from '../../application/event-contract.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import type { Projection } from '../../application/projection.ts';
import type { Database } from '../database/database.ts';
import { isRollbackToRepeat, isUnavailable } from '../database/pg-errors.ts';
import type { UnitOfWork } from '../database/unit-of-work.ts';
import { errorLine } from '../logging/safe-text.ts';
import type { FeedEvent } from '../subscriptions/feed.ts';
import { readEvent } from '../subscriptions/feed-event.ts';
import { readFeedPage } from '../subscriptions/feed-page.ts';
import type { Lease, Leases } from '../subscriptions/leases.ts';
import { ShadowTables } from './shadow-tables.ts';

const POLL_MS = 1_000;
const PAGE = 1_000;
/** So close to the head the swap takes the rest, while the live projection waits. */
const NEAR = 1_000;

interface Build {
  readonly projection: string;
  readonly state: 'requested' | 'building';
  readonly checkpoint: string;
  readonly head: string;
}

/**
 * Builds requested read models again: into tables beside the live ones, from the first event on, then one transaction takes what is left, and
 * swaps. Readers see the old rows or the new ones, never fewer. Rows and place of each page commit together, so a build that was interrupted,
 * by a crash too, goes on where it was. An event that cannot be folded ends the build as `failed`, and the live tables stay as they are.
 */
export class RebuildWorker implements BackgroundWorker {
  readonly name = 'projection-rebuilds';
  readonly #projections: ReadonlyMap<string, Projection>;
  #working: Promise<void> = Promise.resolve();

  constructor(
    projections: readonly Projection[],
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly contracts: EventContracts,
    private readonly leases: Leases,
    private readonly near = NEAR,
  ) {
    this.#projections = new Map(projections.map((projection) => [projection.name, projection]));
  }

  start(): void {
    this.leases.want(this.name, (lease) => {
      this.#working = this.#working.then(() => this.#serve(lease));
    });
  }

  async stop(): Promise<void> {
    await this.#working;
  }

  async #serve({ lost }: Lease): Promise<void> {
    for (let failures = 0; !lost.aborted;) {
      try {
        const worked = await this.step();
        failures = 0;
        if (!worked) await delay(POLL_MS, undefined, { signal: lost }).catch(() => undefined);
      } catch {
        await delay(fullJitter(++failures, 100, 5_000), undefined, { signal: lost }).catch(() => undefined);
      }
    }
  }

  /** Builds one page further, or swaps; false: nothing is requested. Throws when the database is away; then nothing of the step is written. */
  async step(): Promise<boolean> {
    const build = await this.#next();
    const projection = this.#projections.get(build?.projection ?? '');
    if (build === undefined || projection === undefined) return false;
    try {
      if (build.state === 'requested') await this.#begin(projection);
      else if (Number(build.head) - Number(build.checkpoint) > this.near) await this.#page(projection, Number(build.checkpoint));
      else await this.#swap(projection);
    } catch (error) {
      if (isUnavailable(error) || isRollbackToRepeat(error)) throw error;
      await this.#fail(projection, error);
    }
    return true;
  }

  async #next(): Promise<Build | undefined> {
    const { rows } = await this.database.query<Build>({
      name: 'next-rebuild',
      text: `SELECT projection, state, checkpoint, position AS head FROM projection_rebuilds, feed_head
             WHERE state IN ('requested', 'building') AND projection = ANY($1) ORDER BY started_at LIMIT 1`,
      values: [[...this.#projections.keys()]],
    });
    return rows[0];
  }

  async #begin(projection: Projection): Promise<void> {
    await this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      await new ShadowTables(projection).create(client);
      await client.query({
        text: `UPDATE projection_rebuilds SET state = 'building', checkpoint = 0, target = (SELECT position FROM feed_head), updated_at = now()
               WHERE projection = $1 AND state = 'requested'`,
        values: [projection.name],
      });
    });
  }

  async #page(projection: Projection, checkpoint: number): Promise<void> {
    const page = await readFeedPage(this.database, checkpoint, projection.events, PAGE);
    await this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      await this.#moveOn(client, projection, checkpoint, page.scannedTo);
      await this.#fold(client, projection, page.events);
    });
  }

  async #swap(projection: Projection): Promise<void> {
    const shadow = new ShadowTables(projection);
    await this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      // The live projection commits nothing from here on; it finds its checkpoint moved, or the new tables.
      const { rows } = await client.query<{ live: string; built: string }>({
        text: `SELECT subscription.checkpoint AS live, build.checkpoint AS built
               FROM subscriptions subscription, projection_rebuilds build
               WHERE subscription.name = $1 AND build.projection = $1 AND build.state = 'building' FOR UPDATE`,
        values: [projection.name],
      });
      const [at] = rows;
      if (at === undefined) return;
      const [live, built] = [Number(at.live), Number(at.built)];
      await this.#foldUpTo(client, projection, built, live);
      const comparison = built <= live ? await shadow.compare(client) : null;
      crashpoint('rebuild.before-swap');
      await client.query('SET LOCAL search_path TO public');
      await shadow.swap(client);
      // What stands in the queues of parked streams is in the new rows.
      await client.query({ text: 'DELETE FROM parked_events WHERE subscription = $1', values: [projection.name] });
      await client.query({ text: 'DELETE FROM parked_keys WHERE subscription = $1', values: [projection.name] });
      await client.query({
        text: 'UPDATE subscriptions SET checkpoint = greatest(checkpoint, $2), last_error = NULL, updated_at = now() WHERE name = $1',
        values: [projection.name, built],
      });
      await client.query({
        text: `UPDATE projection_rebuilds SET state = 'swapped', checkpoint = $2, comparison = $3, updated_at = now() WHERE projection = $1`,
        values: [projection.name, Math.max(live, built), comparison === null ? null : JSON.stringify(comparison)],
      });
    });
  }

  async #foldUpTo(client: PoolClient, projection: Projection, from: number, to: number): Promise<void> {
    for (let at = from; at < to;) {
      const page = await readFeedPage(this.database, at, projection.events, PAGE);
      await this.#fold(
        client,
        projection,
        page.events.filter(({ position }) => position <= to),
      );
      at = page.scannedTo > at ? page.scannedTo : to;
    }
  }

  async #fold(client: PoolClient, projection: Projection, events: readonly FeedEvent[]): Promise<void> {
    if (events.length === 0) return;
    await new ShadowTables(projection).use(client);
    await projection.project(
      events.map((event) => readEvent(event, this.contracts)),
      client,
    );
  }

  /** Throws when the build was begun again meanwhile. */
  async #moveOn(client: PoolClient, projection: Projection, from: number, to: number): Promise<void> {
    const { rowCount } = await client.query({
      name: 'rebuild-checkpoint',
      text: `UPDATE projection_rebuilds SET checkpoint = $3, updated_at = now() WHERE projection = $1 AND checkpoint = $2 AND state = 'building'`,
      values: [projection.name, from, to],
    });
    if (rowCount !== 1) throw new RebuildOvertaken(projection.name);
  }

  async #fail(projection: Projection, error: unknown): Promise<void> {
    if (error instanceof RebuildOvertaken) return;
    await this.database.query({
      text: `UPDATE projection_rebuilds SET state = 'failed', error = $2, updated_at = now() WHERE projection = $1`,
      values: [projection.name, errorLine(error)],
    });
  }
}

/** Another process has gone on with this build, or it was begun again; nothing of this step was written. */
class RebuildOvertaken extends Error {
  constructor(projection: string) {
    super(`the rebuild of ${projection} was taken on elsewhere`);
    this.name = 'RebuildOvertaken';
  }
}
