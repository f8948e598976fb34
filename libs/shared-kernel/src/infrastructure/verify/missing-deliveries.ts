import { MOST_LISTED, type Broken } from './broken.ts';
import type { Finding } from './check.ts';

/** Deliveries of which the consumer's database shows nothing, counted, and the first of them listed. */
export class MissingDeliveries {
  readonly #listed: Broken[] = [];
  #deliveries = 0;
  #events = 0;

  /** Of events that were not added before. */
  add(deliveries: readonly (Broken & { readonly eventId: string })[]): void {
    this.#deliveries += deliveries.length;
    this.#events += new Set(deliveries.map(({ eventId }) => eventId)).size;
    for (const { place, expected, found } of deliveries.slice(0, MOST_LISTED - this.#listed.length))
      this.#listed.push({ place, expected, found });
  }

  /** Each message that waits stands for at most one of the events; what is missing beyond that is lost. */
  judge(waiting: number | undefined): Omit<Finding, 'looked'> {
    const none = { broken: [], total: 0 };
    if (this.#events === 0) return none;
    if (waiting === undefined)
      return {
        ...none,
        undecided: `${this.#events} events are missing in the consumer and nobody knows how many wait in its queue`,
      };
    if (this.#events <= waiting)
      return {
        ...none,
        notJudged: `${this.#events} events have not arrived; ${waiting} messages wait in the queue and may be they`,
      };
    if (waiting === 0) return { broken: this.#listed, total: this.#deliveries };
    const lost = this.#events - waiting;
    const place = `${this.#events} events, such as ${this.#listed[0]?.place}`;
    return {
      broken: [{ place, expected: `at most the ${waiting} that wait in the queue`, found: `at least ${lost} lost` }],
      total: lost,
    };
  }
}
