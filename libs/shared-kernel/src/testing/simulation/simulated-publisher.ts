import type { FeedTerm } from '../../infrastructure/subscriptions/feed.ts';

/** What the publisher needs of the world around it. */
export interface PublisherParts {
  readonly term: FeedTerm;
  /** Throws when the bus did not answer. */
  readonly put: (event: Awaited<ReturnType<FeedTerm['take']>>[number]) => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
}

const RETRY_MS = 50;

/**
 * The subscription that publishes. It stands for `event-bridge/event-bridge.publisher.ts`: at least once, each stream in order, and the
 * checkpoint never passes an event that the bus has not taken.
 */
export async function publish({ term, put, wait }: PublisherParts): Promise<void> {
  while (!term.ended.aborted) {
    for (const event of await term.take(10)) {
      while (!(await taken(put(event)))) await wait(RETRY_MS);
      term.advance(event.position);
    }
  }
}

async function taken(put: Promise<void>): Promise<boolean> {
  try {
    await put;
    return true;
  } catch {
    return false;
  }
}
