/** What a process keeps in its memory: made anew after it has died, and for each run. */
export class Volatile<T extends object> {
  #value: T | undefined;

  constructor(private readonly make: () => T) {}

  get current(): T {
    this.#value ??= this.make();
    return this.#value;
  }

  clear(): void {
    this.#value = undefined;
  }

  /** The process has died. */
  rollBackAll(): void {
    this.#value = undefined;
  }
}
