const REST_MS = 1_000;

/** The replicas of one service, in turn; one that did not answer rests for a second while there are others. */
export class Replicas {
  readonly #restingUntil = new Map<string, number>();
  #turn = 0;

  constructor(readonly urls: readonly string[]) {}

  next(): string {
    const now = performance.now();
    const awake = this.urls.filter((url) => (this.#restingUntil.get(url) ?? 0) <= now);
    const candidates = awake.length > 0 ? awake : this.urls;
    return candidates[this.#turn++ % candidates.length] ?? '';
  }

  rest(url: string): void {
    this.#restingUntil.set(url, performance.now() + REST_MS);
  }
}
