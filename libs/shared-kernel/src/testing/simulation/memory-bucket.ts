import type { TableHost } from './memory-table.ts';

/** Values by key that are no part of any transaction. Each access is two steps, so that a process can die on either side of its effect. */
export class MemoryBucket<V extends object> {
  readonly #values = new Map<string, V>();

  constructor(
    private readonly host: Pick<TableHost, 'scheduler' | 'owner'>,
    readonly name: string,
  ) {}

  get values(): ReadonlyMap<string, V> {
    return this.#values;
  }

  async put(key: string, value: V): Promise<void> {
    await this.#act(`put ${key}`, () => void this.#values.set(key, value));
  }

  /** False: there was a value, which stays. */
  async add(key: string, value: V): Promise<boolean> {
    return this.#act(`add ${key}`, () => {
      if (this.#values.has(key)) return false;
      this.#values.set(key, value);
      return true;
    });
  }

  async get(key: string): Promise<V | undefined> {
    return this.#act(`get ${key}`, () => this.#values.get(key));
  }

  /** In the order in which they were put. */
  async all(which: (value: V) => boolean): Promise<V[]> {
    return this.#act('all', () => [...this.#values.values()].filter(which));
  }

  /** Removes every key for which `which` answers true. */
  async remove(which: (key: string) => boolean): Promise<void> {
    await this.#act('remove', () => {
      for (const key of this.#values.keys()) if (which(key)) this.#values.delete(key);
    });
  }

  /** A crash takes nothing away from it. */
  rollBackAll(): void {}

  clear(): void {
    this.#values.clear();
  }

  async #act<T>(what: string, effect: () => T): Promise<T> {
    const { scheduler, owner } = this.host;
    await scheduler.step(owner, `${this.name} ${what}`);
    const result = effect();
    await scheduler.step(owner, `${this.name} ${what} answered`);
    return result;
  }
}
