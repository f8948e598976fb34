import type { StoredEvent } from '../../application/stored-event.ts';

/** One entry of the service's feed: positions are contiguous from 1 and keep the order of every stream. */
export interface FeedEvent extends StoredEvent {
  readonly position: number;
}

/** A reader of the feed while it holds its lease. */
export interface FeedTerm {
  /** The next events of the subscription, at most `limit`, waiting for some to come. Empty only when the term has ended. */
  take(limit: number): Promise<readonly FeedEvent[]>;
  /**
   * Everything up to `position` was handled or parked. The checkpoint is written soon after, fenced by the lease; what came after it is
   * taken again by the next holder.
   */
  advance(position: number): void;
  /** Aborted when the lease was lost or the service stops: finish or give up what is under way, then return. */
  readonly ended: AbortSignal;
}

/** What a subscription does with the feed. */
export interface FeedConsumer {
  /** Names the checkpoint: never rename it. */
  readonly subscription: string;
  /** Names of the events it takes. */
  readonly events: readonly string[];
  /** It keeps no inbox: what it has handled is told by its checkpoint alone. */
  readonly folds?: true;
  /** Where a new subscription starts. */
  readonly startAt: 'beginning' | 'now';
  /** Runs until the term has ended. A throw ends the term; the next one starts at the checkpoint, after a backoff. */
  consume(term: FeedTerm): Promise<void>;
}
