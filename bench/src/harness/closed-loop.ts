import type { Sample } from './measure.ts';

/** `clients` that each start the next operation when their last one has ended. A throw ends the round. */
export async function closedLoop(clients: number, ms: number, operation: (client: number) => Promise<void>): Promise<Sample> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const client = async (number: number): Promise<void> => {
    for (let at = performance.now(); at - startedAt < ms;) {
      await operation(number);
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return { ops: latencies.length, seconds: (performance.now() - startedAt) / 1_000, latencies };
}

/** Counts up to `target`; `reached` tells how long it took. */
export class Countdown {
  readonly #done = Promise.withResolvers<void>();
  readonly #startedAt = performance.now();
  #left: number;

  constructor(readonly target: number) {
    this.#left = target;
  }

  get over(): boolean {
    return this.#left <= 0;
  }

  count(events = 1): void {
    this.#left -= events;
    if (this.#left <= 0) this.#done.resolve();
  }

  /** Throws after a minute: what is measured has stopped. */
  async reached(): Promise<Sample> {
    const stuck = setTimeout(
      () => this.#done.reject(new Error(`${this.#left} of ${this.target} still open after a minute`)),
      60_000,
    );
    try {
      await this.#done.promise;
    } finally {
      clearTimeout(stuck);
    }
    return { ops: this.target, seconds: (performance.now() - this.#startedAt) / 1_000, latencies: [] };
  }
}
