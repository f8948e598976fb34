const MOST_EVENTS = 2_000;
const MOST_BYTES = 32 * 1024 * 1024;

interface Pending {
  /** The position before this one that the subscription took. */
  readonly before: number;
  previous: Pending | undefined;
  next: Pending | undefined;
}

/**
 * What was taken from the feed and is not published yet. Bounds the memory by what is pending, not by how far the feed was read, so one
 * stream that the bus refuses does not stop the others.
 */
export class PublishWindow {
  #first: Pending | undefined;
  #last: Pending | undefined;
  #lastPosition = 0;
  #events = 0;
  #bytes = 0;
  #roomy: () => void = () => undefined;
  readonly #stopWaiting = (): void => this.#roomy();

  /** `advance` gets the position up to which everything is done, each time it grows. */
  constructor(private readonly advance: (position: number) => void) {}

  /** Positions come in ascending order. The answer is called once, when the event is published. */
  add(position: number, bytes: number): () => void {
    const pending: Pending = { before: this.#lastPosition, previous: this.#last, next: undefined };
    if (this.#last === undefined) this.#first = pending;
    else this.#last.next = pending;
    this.#last = pending;
    this.#lastPosition = position;
    this.#events++;
    this.#bytes += bytes;
    return () => {
      this.#events--;
      this.#bytes -= bytes;
      this.#unlink(pending);
      if (!this.#full) this.#roomy();
    };
  }

  /** How many more events may be taken, once the window is at most half full; 0 when `ended` came first. */
  async room(ended: AbortSignal): Promise<number> {
    if (this.#full && !ended.aborted) {
      await new Promise<void>((resolve) => {
        this.#roomy = resolve;
        ended.addEventListener('abort', this.#stopWaiting, { once: true });
      });
      ended.removeEventListener('abort', this.#stopWaiting);
    }
    return ended.aborted ? 0 : MOST_EVENTS - this.#events;
  }

  get #full(): boolean {
    return this.#events > MOST_EVENTS / 2 || this.#bytes > MOST_BYTES / 2;
  }

  #unlink(pending: Pending): void {
    if (pending.next === undefined) this.#last = pending.previous;
    else pending.next.previous = pending.previous;
    if (pending.previous !== undefined) {
      pending.previous.next = pending.next;
      return;
    }
    this.#first = pending.next;
    this.advance(this.#first === undefined ? this.#lastPosition : this.#first.before);
  }
}
