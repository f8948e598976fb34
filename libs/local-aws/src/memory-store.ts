import type { DurableStore } from './ports.ts';

/** Keeps nothing after the process; a batch is visible as a whole or not at all. */
export function memoryStore(): DurableStore {
  const values = new Map<string, string>();
  let sorted: string[] | undefined;

  function keys(): string[] {
    sorted ??= [...values.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    return sorted;
  }

  return {
    get: (key) => Promise.resolve(values.get(key)),
    batch(operations) {
      for (const operation of operations) {
        if ('del' in operation) values.delete(operation.del);
        else values.set(operation.put, operation.value);
      }
      sorted = undefined;
      return Promise.resolve();
    },
    async *range(from, to, limit = Infinity) {
      let left = limit;
      for (const key of keys()) {
        if (key < from) continue;
        if (key >= to || left-- <= 0) return;
        const value = values.get(key);
        if (value !== undefined) yield [key, value] as const;
      }
    },
    close: () => Promise.resolve(),
  };
}
