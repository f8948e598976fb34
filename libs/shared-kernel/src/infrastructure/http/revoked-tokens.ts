import type { Database } from '../database/database.ts';
import { LONGEST_TOKEN_MS } from './token-lifetime.ts';

/** Older than this, what is known is read again beside the requests. */
const FRESH_MS = 1_000;
/** Older than this, a request waits for the reading, and fails with it. */
const OLDEST_MS = 3_000;

/**
 * Which access tokens were revoked, as of at most three seconds ago. It is read as a whole, at most once a second and only while somebody asks, so a
 * request costs a look into a map.
 */
export class RevokedTokens {
  #notBefore: ReadonlyMap<string, number> = new Map();
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  /** `issuedAt` in milliseconds. Rejects with the error of the database when it does not answer and what is known is too old. */
  isRevoked(userId: string, issuedAt: number): boolean | Promise<boolean> {
    const age = performance.now() - this.#readAt;
    const judge = (): boolean => issuedAt <= (this.#notBefore.get(userId) ?? -Infinity);
    if (age > OLDEST_MS) return this.#read().then(judge);
    if (age > FRESH_MS) this.#read().catch(() => undefined);
    return judge();
  }

  #read(): Promise<void> {
    this.#reading ??= this.#load().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #load(): Promise<void> {
    const startedAt = performance.now();
    const { rows } = await this.database.query<{ user_id: string; not_before: Date }>({
      name: 'revoked-tokens',
      text: 'SELECT user_id, not_before FROM revoked_tokens WHERE not_before > $1',
      values: [new Date(Date.now() - LONGEST_TOKEN_MS)],
    });
    this.#notBefore = new Map(rows.map((row) => [row.user_id, row.not_before.getTime()]));
    this.#readAt = startedAt;
  }
}
