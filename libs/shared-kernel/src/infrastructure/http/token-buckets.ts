/** `burst` at once, then `perMinute` spread over each minute. */
export interface RateLimit {
  readonly burst: number;
  readonly perMinute: number;
}

const MOST_KEYS = 10_000;

/** One bucket per key, in memory. Beyond ten thousand keys the one that was asked for longest ago is forgotten, which means: it is full again. */
export class TokenBuckets {
  readonly #buckets = new Map<string, { readonly tokens: number; readonly at: number }>();

  constructor(
    private readonly limit: RateLimit,
    private readonly now: () => number,
  ) {}

  /** Takes one. Answers 0, or after how many milliseconds there will be one; then nothing is taken. */
  take(key: string): number {
    const tokens = this.#tokensOf(key);
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: this.now() });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST_KEYS && oldest !== undefined) this.#buckets.delete(oldest);
    return this.#wait(tokens);
  }

  /** As `take`, but takes nothing. */
  waitOf(key: string): number {
    return this.#wait(this.#tokensOf(key));
  }

  get size(): number {
    return this.#buckets.size;
  }

  #tokensOf(key: string): number {
    const { burst } = this.limit;
    const bucket = this.#buckets.get(key);
    return bucket === undefined ? burst : Math.min(burst, bucket.tokens + (this.now() - bucket.at) * this.#perMs);
  }

  #wait(tokens: number): number {
    return tokens >= 1 ? 0 : (1 - tokens) / this.#perMs;
  }

  get #perMs(): number {
    return this.limit.perMinute / 60_000;
  }
}
