const MOST_REMEMBERED = 10_000;
/** Below the receptions after which the queue itself gives a message up. */
const TOO_MANY_RECEPTIONS = 20;

/**
 * How often this process has failed at a message. The queue counts receptions, and a process that was killed in mid-work has received without
 * failing: after some crashes the first real failure would look like the last one allowed. Only a message that comes again and again is judged
 * by its receptions, whoever has failed at it.
 */
export class FailedAttempts {
  readonly #failures = new Map<string, number>();

  /** The number of the failure that has just happened. */
  count(subscription: string, eventId: string, receptions: number): number {
    const key = `${eventId} ${subscription}`;
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.delete(key);
    this.#failures.set(key, failures);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_REMEMBERED && oldest !== undefined) this.#failures.delete(oldest);
    return receptions >= TOO_MANY_RECEPTIONS ? receptions : failures;
  }

  forget(subscription: string, eventId: string): void {
    this.#failures.delete(`${eventId} ${subscription}`);
  }
}
