import type { PoolClient } from 'pg';
import type { Database } from '../database/database.ts';
import { TransactionAborted } from '../database/unit-of-work.errors.ts';

/** A transaction of the runtime's own: no aggregate is saved in it. `settings` are statements that go before all others. */
export async function inTransaction<T>(
  database: Database,
  settings: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return database.withClient(async (client) => {
    await client.query(`BEGIN; ${settings}`);
    try {
      const result = await work(client);
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new TransactionAborted();
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}
