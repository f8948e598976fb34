/** The position up to which everything is done, while work finishes in any order. Positions begin in ascending order. */
export class Watermark {
  readonly #positions: number[] = [];
  readonly #done = new Set<number>();
  #first = 0;
  #low = 0;

  begin(position: number): void {
    this.#positions.push(position);
  }

  /** Answers the low watermark after `position` was finished. */
  done(position: number): number {
    this.#done.add(position);
    for (
      let next = this.#positions[this.#first];
      next !== undefined && this.#done.delete(next);
      next = this.#positions[this.#first]
    ) {
      this.#low = next;
      this.#first++;
    }
    if (this.#first > 1_024 && this.#first * 2 > this.#positions.length) {
      this.#positions.splice(0, this.#first);
      this.#first = 0;
    }
    return this.#low;
  }

  /** How many positions were begun and are not below the watermark. */
  get ahead(): number {
    return this.#positions.length - this.#first;
  }
}
