import type { RecordedEvent } from '../domain/recorded-event.ts';

/** One durable reaction to events: a checkpoint, an inbox and a retry of its own. */
export interface EventReaction {
  /** Names the checkpoint and the inbox rows: never rename it. */
  readonly subscription: string;
  readonly events: readonly string[];
  /**
   * `database`: the handler's writes commit with the inbox row, exactly once. `outside`: it acts on another system, at least once, and
   * hands over `eventId` as idempotency key; no transaction is open meanwhile.
   */
  readonly effect: 'database' | 'outside';
  /**
   * What a consumer expects of an unordered bus. `any`: every event counts by itself. `latest`: an event older than the newest applied one
   * of its stream is dropped. `strict`: events of a stream are applied without a gap; later ones are held until it fills.
   */
  readonly order: 'any' | 'latest' | 'strict';
  handle(event: RecordedEvent): Promise<void>;
}
