import { setTimeout as delay } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { crashpoint } from '../../application/crashpoint.ts';
import type { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { FailurePolicy } from '../../application/failure-policy.ts';
import type { Projection } from '../../application/projection.ts';
import type { UnitOfWork } from '../database/unit-of-work.ts';
import { isRollbackToRepeat, isUnavailable } from '../database/pg-errors.ts';
import { streamKey } from '../inbox/event-delivery.ts';
import type { ParkingLot } from '../inbox/parking-lot.ts';
import { errorLine } from '../logging/safe-text.ts';
import type { FeedConsumer, FeedEvent, FeedTerm } from '../subscriptions/feed.ts';
import { asParked, readEvent } from '../subscriptions/feed-event.ts';
import { SubscriptionStopped } from '../subscriptions/feed-subscription.ts';

const BATCH = 1_000;

export interface ProjectionParts {
  readonly contracts: EventContracts;
  readonly unitOfWork: UnitOfWork;
  readonly parkingLot: ParkingLot;
  readonly policy: FailurePolicy;
}

/**
 * Runs one projection over the feed, batch by batch, the next page being read meanwhile. Rows and checkpoint of a batch commit together, and
 * only from the checkpoint the batch begins after: two holders of the lease cannot both write, and a batch whose reply was lost is not repeated.
 * A batch that fails is taken event by event, to part the one that fails from the others; it is retried, then its stream is parked.
 */
export class ProjectionConsumer implements FeedConsumer {
  readonly subscription: string;
  readonly events: readonly string[];
  readonly startAt = 'beginning';
  readonly folds = true;

  constructor(
    private readonly projection: Projection,
    private readonly parts: ProjectionParts,
  ) {
    this.subscription = projection.name;
    this.events = projection.events;
  }

  /** What the redriver delivers a parked event to, once its cause is gone. */
  get redriven(): EventReaction {
    return {
      subscription: this.subscription,
      events: this.events,
      effect: 'database',
      order: 'any',
      handle: async (event) => this.projection.project([event], await this.parts.unitOfWork.client()),
    };
  }

  async consume(term: FeedTerm): Promise<void> {
    const parked = await this.parts.parkingLot.parkedStreams(this.subscription);
    let next = term.take(BATCH);
    for (let events = await next; events.length > 0; events = await next) {
      next = term.take(BATCH);
      // It is awaited in the next turn; this one may throw before that.
      next.catch(() => undefined);
      await this.#take(events, parked, term.ended);
      term.advance(events.at(-1)?.position ?? 0);
    }
  }

  async #take(events: readonly FeedEvent[], parked: Set<string>, ended: AbortSignal): Promise<void> {
    try {
      await this.#commit(events, parked);
    } catch (error) {
      if (error instanceof CheckpointMoved || isUnavailable(error)) throw error;
      for (const event of events) await this.#takeOne(event, parked, ended);
    }
  }

  async #takeOne(event: FeedEvent, parked: Set<string>, ended: AbortSignal): Promise<void> {
    for (let attempt = 1; ;) {
      try {
        return await this.#commit([event], parked);
      } catch (error) {
        if (error instanceof CheckpointMoved || isUnavailable(error) || ended.aborted) throw error;
        if (isRollbackToRepeat(error)) continue;
        const verdict = this.parts.policy(error, attempt);
        if (verdict.kind === 'stop')
          throw new SubscriptionStopped(`${this.subscription} stopped at ${event.eventId}: ${errorLine(error)}`, {
            cause: error,
          });
        if (verdict.kind === 'park') return this.#park(event, parked, error, attempt);
        attempt++;
        await delay(verdict.afterMs, undefined, { signal: ended });
      }
    }
  }

  async #commit(events: readonly FeedEvent[], parked: Set<string>): Promise<void> {
    await this.#from(events, async (client) => {
      const free: FeedEvent[] = [];
      for (const event of events) if (!(await this.#joinsQueue(client, event, parked))) free.push(event);
      if (free.length > 0)
        await this.projection.project(
          free.map((event) => readEvent(event, this.parts.contracts)),
          client,
        );
      crashpoint('proj.mid-batch');
    });
  }

  async #park(event: FeedEvent, parked: Set<string>, error: unknown, attempts: number): Promise<void> {
    const stream = streamKey(event);
    await this.#from([event], (client) =>
      this.parts.parkingLot.park(client, this.subscription, stream, asParked(event), error, attempts),
    );
    parked.add(stream);
  }

  async #joinsQueue(client: PoolClient, event: FeedEvent, parked: Set<string>): Promise<boolean> {
    const stream = streamKey(event);
    if (!parked.has(stream)) return false;
    if (await this.parts.parkingLot.joinQueue(client, this.subscription, stream, asParked(event))) return true;
    parked.delete(stream);
    return false;
  }

  /** Commits `work` and the checkpoint behind `events`, from a checkpoint before them. Throws CheckpointMoved. */
  async #from(events: readonly FeedEvent[], work: (client: PoolClient) => Promise<void>): Promise<void> {
    const [first, last] = [events[0]?.position ?? 0, events.at(-1)?.position ?? 0];
    await this.parts.unitOfWork.run(async () => {
      const client = await this.parts.unitOfWork.client();
      const { rowCount } = await client.query({
        name: 'projection-begin',
        text: 'SELECT 1 FROM subscriptions WHERE name = $1 AND checkpoint < $2 FOR UPDATE',
        values: [this.subscription, first],
      });
      if (rowCount !== 1) throw new CheckpointMoved(this.subscription);
      await work(client);
      crashpoint('proj.before-ckpt');
      await client.query({
        name: 'projection-checkpoint',
        text: 'UPDATE subscriptions SET checkpoint = $2, updated_at = now() WHERE name = $1',
        values: [this.subscription, last],
      });
    });
  }
}

/** Another holder of the lease, or the swap of a rebuild, has gone on from here: read where it stands and go on from there. */
export class CheckpointMoved extends Error {
  readonly code = 'CHECKPOINT_MOVED';

  constructor(readonly subscription: string) {
    super(`the checkpoint of ${subscription} has moved; this batch is not written again`);
    this.name = 'CheckpointMoved';
  }
}
