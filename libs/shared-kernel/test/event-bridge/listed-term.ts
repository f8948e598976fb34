import type { StoredEvent } from '../../src/application/stored-event.ts';
import type { FeedEvent, FeedTerm } from '../../src/infrastructure/subscriptions/feed.ts';

/** A feed term over a list; it ends when everything in it was handled, or when a spec ends it. */
export class ListedTerm implements FeedTerm {
  readonly advances: number[] = [];
  taken = 0;
  readonly #events: readonly FeedEvent[];
  readonly #end = new AbortController();

  /** Positions are `spread` apart, as behind a filter. */
  constructor(
    events: readonly StoredEvent[],
    private readonly options: { readonly endsByItself?: boolean; readonly spread?: number } = {},
  ) {
    const { spread = 3 } = options;
    this.#events = events.map((event, index) => ({ ...event, position: (index + 1) * spread }));
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  get lastPosition(): number {
    return this.#events.at(-1)?.position ?? 0;
  }

  end(): void {
    this.#end.abort();
  }

  async take(limit: number): Promise<readonly FeedEvent[]> {
    const page = this.#events.slice(this.taken, this.taken + limit);
    this.taken += page.length;
    if (page.length === 0 && !this.ended.aborted)
      await new Promise<void>((resolve) => this.ended.addEventListener('abort', () => resolve(), { once: true }));
    return page;
  }

  advance(position: number): void {
    this.advances.push(position);
    if (position === this.lastPosition && this.options.endsByItself !== false) this.end();
  }
}
