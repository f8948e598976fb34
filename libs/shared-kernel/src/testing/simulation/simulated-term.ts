import type { FeedEvent, FeedTerm } from '../../infrastructure/subscriptions/feed.ts';
import type { MemoryDatabase } from './memory-database.ts';
import { Signal } from './scheduler.ts';

const CHECKPOINT_EVERY_MS = 50;

/**
 * One subscription while its process lives. It stands for `subscriptions/feed-subscription.ts`: it begins at the checkpoint, and saves
 * the checkpoint a little after it moved, so that a crash delivers again what was done since.
 */
export class SimulatedTerm implements FeedTerm {
  readonly ended: FeedTerm['ended'] = new AbortController().signal;
  readonly #arrived: Signal;
  #scannedTo: number;
  #lastTaken: number;
  #advanced: number;
  #saving = false;

  constructor(
    readonly subscription: string,
    private readonly events: ReadonlySet<string>,
    private readonly database: MemoryDatabase,
  ) {
    this.#arrived = new Signal(database.scheduler, database.owner, `${subscription} waits`);
    this.#scannedTo = this.#lastTaken = this.#advanced = database.checkpoints.committed.get(subscription)?.position ?? 0;
  }

  /** Told of each commit. */
  recorded(events: readonly FeedEvent[]): void {
    if (events.some(({ eventName }) => this.events.has(eventName))) this.#arrived.raise();
  }

  async take(limit: number): Promise<readonly FeedEvent[]> {
    for (;;) {
      const events = this.database.log
        .slice(this.#scannedTo)
        .filter(({ eventName }) => this.events.has(eventName))
        .slice(0, limit);
      const last = events.at(-1);
      this.#scannedTo = events.length === limit && last !== undefined ? last.position : this.database.log.length;
      if (last === undefined) await this.#arrived.wait();
      else {
        this.#lastTaken = last.position;
        await this.database.scheduler.step(this.database.owner, `${this.subscription} takes ${events.length}`);
        return events;
      }
    }
  }

  advance(position: number): void {
    if (position <= this.#advanced) return;
    this.#advanced = position;
    if (this.#saving) return;
    this.#saving = true;
    const { scheduler, owner } = this.database;
    scheduler.after(owner, `${this.subscription} checkpoint`, CHECKPOINT_EVERY_MS, () => {
      this.#saving = false;
      const reached = this.#advanced >= this.#lastTaken ? this.#scannedTo : this.#advanced;
      void this.database.run(async () => this.database.checkpoints.set(this.subscription, { position: reached }));
    });
  }
}
