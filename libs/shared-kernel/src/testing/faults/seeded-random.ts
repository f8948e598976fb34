import { createHash } from 'node:crypto';

/** The same seed gives the same sequence on every machine and release of Node, which makes a run with faults repeatable. Not for secrets. */
export class SeededRandom {
  /** The generator is sfc32: three words of state and a counter. */
  #a: number;
  #b: number;
  #c: number;
  #count: number;

  /** `seed` is a whole number. `labels` name one stream of the seed; `fork` adds to them. */
  constructor(
    readonly seed: number,
    private readonly labels: readonly string[] = [],
  ) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a whole number, not ${seed}`);
    const start = createHash('sha256')
      .update(JSON.stringify([seed, ...labels]))
      .digest();
    this.#a = start.readUInt32LE(0);
    this.#b = start.readUInt32LE(4);
    this.#c = start.readUInt32LE(8);
    this.#count = start.readUInt32LE(12);
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    return ((this.#word() >>> 5) * 2 ** 26 + (this.#word() >>> 6)) / 2 ** 53;
  }

  /** A whole number from 0 to `below` - 1. */
  int(below: number): number {
    if (!Number.isSafeInteger(below) || below < 1) throw new RangeError(`there is no whole number from 0 below ${below}`);
    return Math.floor(this.next() * below);
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + this.int(max - min + 1);
  }

  /** Throws RangeError when there is nothing to pick from. */
  pick<T extends NonNullable<unknown>>(items: readonly T[]): T {
    const item = items[this.int(items.length)];
    if (item === undefined) throw new RangeError('the list has a hole');
    return item;
  }

  /** True in this share of all calls; 0 is never, 1 is always. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A stream of its own for one part of a run. It depends on the seed and the labels alone: a part that asks more often changes no other. */
  fork(label: string): SeededRandom {
    return new SeededRandom(this.seed, [...this.labels, label]);
  }

  #word(): number {
    const word = (this.#a + this.#b + this.#count) >>> 0;
    this.#count = (this.#count + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + word) | 0;
    return word;
  }
}
