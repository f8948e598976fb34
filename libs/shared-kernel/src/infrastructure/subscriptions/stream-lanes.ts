import { setTimeout as delay } from 'node:timers/promises';
import { streamKey } from '../inbox/event-delivery.ts';
import type { FeedEvent, FeedTerm } from './feed.ts';
import { Watermark } from './watermark.ts';

const MOST_UNDONE = 500;
const MOST_AHEAD = 50_000;

/** How often one event was tried in this term: failures count towards parking; waits for a database that is away and lost races do not. */
export interface Tries {
  failures: number;
  waits: number;
  races: number;
}

/** Resolves after `ms`, or at once when the term ends. */
export type Wait = (ms: number, ended: AbortSignal) => Promise<void>;

const byTheClock: Wait = (ms, ended) => delay(ms, undefined, { signal: ended }).catch(() => undefined);

/** Answers undefined when the event is done, else after how many milliseconds to try it again. */
export type Attempt = (event: FeedEvent, tries: Tries) => Promise<number | undefined>;

/**
 * Streams in parallel, each in order: at most `parallel` attempts run at once, an event that waits for its next attempt holds back only
 * its own stream, and the checkpoint follows the oldest unfinished event.
 */
export class StreamLanes {
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #watermark = new Watermark();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #undone = 0;
  #failure: Error | undefined;
  #giveUpTaking: () => void = () => undefined;
  #changed: (() => void) | undefined;

  constructor(
    private readonly term: FeedTerm,
    private readonly parallel: number,
    private readonly attempt: Attempt,
    private readonly wait: Wait = byTheClock,
  ) {
    term.ended.addEventListener('abort', () => this.#changed?.());
  }

  /** Returns when the term has ended and nothing is under way; throws the first error of an attempt. */
  async untilEnded(): Promise<void> {
    while (await this.#hasRoom()) {
      for (const event of await this.#take()) this.#admit(event);
    }
    await Promise.all(this.#lanes.values());
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Not a race against a promise of the whole term: that would keep every page until the term ends. */
  async #take(): Promise<readonly FeedEvent[]> {
    return new Promise((resolve, reject) => {
      this.#giveUpTaking = () => resolve([]);
      this.term.take(MOST_UNDONE - this.#undone).then(resolve, reject);
    });
  }

  #admit(event: FeedEvent): void {
    const stream = streamKey(event);
    this.#watermark.begin(event.position);
    this.#undone++;
    const lane = (this.#lanes.get(stream) ?? Promise.resolve()).then(() => this.#finish(event));
    this.#lanes.set(stream, lane);
    void lane.then(() => {
      if (this.#lanes.get(stream) === lane) this.#lanes.delete(stream);
    });
  }

  async #finish(event: FeedEvent): Promise<void> {
    const tries: Tries = { failures: 0, waits: 0, races: 0 };
    try {
      while (!this.#over()) {
        const againAfter = await this.#inTurn(async () => (this.#over() ? 0 : this.attempt(event, tries)));
        if (againAfter === undefined) {
          this.term.advance(this.#watermark.done(event.position));
          return;
        }
        await this.wait(againAfter, this.term.ended);
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      this.#giveUpTaking();
    } finally {
      this.#undone--;
      this.#changed?.();
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.parallel) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #hasRoom(): Promise<boolean> {
    while (!this.#over() && (this.#undone >= MOST_UNDONE || this.#watermark.ahead >= MOST_AHEAD)) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    return !this.#over();
  }

  #over(): boolean {
    return this.#failure !== undefined || this.term.ended.aborted;
  }
}
