import type { PoolClient } from 'pg';
import type { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import { fullJitter, type FailurePolicy } from '../../application/failure-policy.ts';
import { ConcurrencyConflict } from '../../domain/domain.error.ts';
import { isRollbackToRepeat, isUnavailable, sqlState } from '../database/pg-errors.ts';
import { streamKey, type Delivery, type Units } from '../inbox/event-delivery.ts';
import type { Parking } from '../inbox/parking-lot.ts';
import { errorLine } from '../logging/safe-text.ts';
import type { FeedConsumer, FeedEvent, FeedTerm } from './feed.ts';
import { asParked, readEvent } from './feed-event.ts';
import { SubscriptionStopped } from './feed-subscription.ts';
import { StreamLanes, type Tries, type Wait } from './stream-lanes.ts';

const PARALLEL = 4;
/** A race that is lost so often is a fault of the handler. */
const MOST_RACES = 50;
/** The statement ran into its own time limit: the database is there, the handler asks too much of it. */
const STATEMENT_TIMEOUT = '57014';

export interface ReactionConsumerParts<Client = PoolClient> {
  readonly contracts: EventContracts;
  readonly delivery: Pick<Delivery<Client>, 'deliver'>;
  readonly unitOfWork: Units<Client>;
  readonly parkingLot: Parking<Client> & { parkedStreams(subscription: string): Promise<Set<string>> };
  readonly policy: FailurePolicy;
  /** Default: by the clock. */
  readonly wait?: Wait;
}

/**
 * Runs one reaction over the feed: streams in parallel, the events of one stream one after the other. A failing event is retried while
 * later events of its stream wait; then its stream is parked and all others go on. A database that is away is waited for, not counted.
 */
export class ReactionConsumer<Client = PoolClient> implements FeedConsumer {
  readonly subscription: string;
  readonly events: readonly string[];

  constructor(
    private readonly reaction: EventReaction,
    private readonly parts: ReactionConsumerParts<Client>,
    readonly startAt: 'beginning' | 'now' = 'beginning',
  ) {
    this.subscription = reaction.subscription;
    this.events = reaction.events;
  }

  async consume(term: FeedTerm): Promise<void> {
    const parked = await this.parts.parkingLot.parkedStreams(this.subscription);
    await new StreamLanes(term, PARALLEL, (event, tries) => this.#attempt(event, tries, parked), this.parts.wait).untilEnded();
  }

  /** Answers undefined when the event is handled or parked, else after how many milliseconds to try again. */
  async #attempt(event: FeedEvent, tries: Tries, parked: Set<string>): Promise<number | undefined> {
    const stream = streamKey(event);
    try {
      if (parked.has(stream)) {
        if (await this.#joinQueue(event, stream)) return undefined;
        parked.delete(stream);
      }
      await this.parts.delivery.deliver(this.reaction, readEvent(event, this.parts.contracts));
      return undefined;
    } catch (error) {
      if (isAway(error)) return fullJitter(++tries.waits, 100, 2_000);
      if (isLostRace(error) && ++tries.races <= MOST_RACES) return fullJitter(tries.races, 5, 200);
      const verdict = this.parts.policy(error, ++tries.failures);
      if (verdict.kind === 'stop')
        throw new SubscriptionStopped(`${this.subscription} stopped at ${event.eventId}: ${errorLine(error)}`, { cause: error });
      if (verdict.kind === 'retry') return verdict.afterMs;
      if (!(await this.#park(event, stream, error, tries.failures))) return fullJitter(++tries.waits, 100, 2_000);
      parked.add(stream);
      return undefined;
    }
  }

  async #joinQueue(event: FeedEvent, stream: string): Promise<boolean> {
    return this.parts.unitOfWork.run(async () =>
      this.parts.parkingLot.joinQueue(await this.parts.unitOfWork.client(), this.subscription, stream, asParked(event)),
    );
  }

  /** False: the database could not take it now; the event is tried again. */
  async #park(event: FeedEvent, stream: string, error: unknown, attempts: number): Promise<boolean> {
    try {
      await this.parts.unitOfWork.run(async () =>
        this.parts.parkingLot.park(
          await this.parts.unitOfWork.client(),
          this.subscription,
          stream,
          asParked(event),
          error,
          attempts,
        ),
      );
      return true;
    } catch {
      return false;
    }
  }
}

function isAway(error: unknown): boolean {
  return isUnavailable(error) && sqlState(error) !== STATEMENT_TIMEOUT;
}

function isLostRace(error: unknown): boolean {
  return error instanceof ConcurrencyConflict || isRollbackToRepeat(error);
}
