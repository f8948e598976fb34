/** Work on one key runs one after the other, in the order of the calls; different keys do not wait for each other. */
export class WritingLanes {
  readonly #last = new Map<string, Promise<void>>();

  /** Throws what `work` throws; the next in the lane runs all the same. Calling `run` for the same key inside of `work` would wait for ever. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const done = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, done);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === done) this.#last.delete(key);
    }
  }
}
