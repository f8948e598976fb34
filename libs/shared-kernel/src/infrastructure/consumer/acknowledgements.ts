import type { MessageQueue } from './message-queue.ts';

const MOST_PER_CALL = 10;
const WAIT_MS = 5;

/** Deletes handled messages in tens, a few milliseconds late. What could not be deleted comes again and is found in the inbox. */
export class Acknowledgements {
  deleted = 0;
  failed = 0;
  readonly #receipts: string[] = [];
  readonly #calls = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly queue: MessageQueue) {}

  add(receipt: string): void {
    this.#receipts.push(receipt);
    if (this.#receipts.length >= MOST_PER_CALL) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), WAIT_MS);
  }

  /** Resolves when everything added was sent. */
  async flush(): Promise<void> {
    this.#send();
    await Promise.all(this.#calls);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const receipts = this.#receipts.splice(0, MOST_PER_CALL);
    if (receipts.length === 0) return;
    const call = this.queue
      .delete(receipts)
      .catch(() => receipts.length)
      .then((failed) => {
        this.failed += failed;
        this.deleted += receipts.length - failed;
        this.#calls.delete(call);
      });
    this.#calls.add(call);
  }
}
