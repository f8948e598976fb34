import { ClassicLevel } from 'classic-level';
import { GroupCommit } from './group-commit.ts';
import type { DurableStore } from './ports.ts';

type Operation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

/** A LevelDB folder as DurableStore; concurrent batches share one synced write. One process at a time can have it open. */
export async function levelStore(folder: string): Promise<DurableStore> {
  const db = new ClassicLevel<string, string>(folder);
  await db.open();
  const commits = new GroupCommit<Operation>((operations) => db.batch(operations, { sync: true }));
  return {
    // a synchronous read of cached data takes less time than a trip through the thread pool, where syncs queue
    get: async (key) => db.getSync(key),
    batch: (operations) =>
      commits.submit(
        operations.map((operation) =>
          'put' in operation ? { type: 'put', key: operation.put, value: operation.value } : { type: 'del', key: operation.del },
        ),
      ),
    range: (from, to, limit) => db.iterator({ gte: from, lt: to, ...(limit !== undefined && { limit }) }),
    close: async () => {
      await commits.settled();
      await db.close();
    },
  };
}
