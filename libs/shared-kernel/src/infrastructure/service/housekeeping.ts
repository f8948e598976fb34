import type { BackgroundWorker } from '../../application/background-worker.ts';
import type { Database } from '../database/database.ts';
import { LONGEST_TOKEN_MS } from '../http/token-lifetime.ts';

const EVERY_MS = 60 * 60 * 1_000;
const KEPT = '30 days';
/** A day more than any token lives. */
const REVOCATIONS_KEPT = `${LONGEST_TOKEN_MS + 24 * 60 * 60 * 1_000} milliseconds`;
const MOST_PER_DELETE = 5_000;

/**
 * Forgets what deduplication no longer needs. A bus retries for 24 hours, a queue holds a message for 14 days and a redrive comes later,
 * so rows stay 30 days. `domain_events` is never trimmed.
 */
export class Housekeeping implements BackgroundWorker {
  readonly name = 'housekeeping';
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#working = this.clean().then(
        () => undefined,
        () => undefined,
      );
    }, EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  /** Answers how many rows were removed. */
  async clean(): Promise<number> {
    return (
      (await this.#remove('inbox', 'handled_at', KEPT)) +
      (await this.#remove('idempotency_keys', 'created_at', KEPT)) +
      (await this.#remove('revoked_tokens', 'not_before', REVOCATIONS_KEPT))
    );
  }

  async #remove(table: string, column: string, kept: string): Promise<number> {
    let removed = 0;
    for (let batch = MOST_PER_DELETE; batch === MOST_PER_DELETE; removed += batch) {
      const { rowCount } = await this.database.query({
        text: `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${column} < now() - $1::interval LIMIT ${MOST_PER_DELETE}))`,
        values: [kept],
      });
      batch = rowCount ?? 0;
    }
    return removed;
  }
}
