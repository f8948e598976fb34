import { IdempotencyStore, type StoredAnswer } from '../../application/idempotency-store.ts';
import type { Database } from '../database/database.ts';

/** Reads what `UnitOfWork.respond` wrote. */
export class PostgresIdempotencyStore extends IdempotencyStore {
  constructor(private readonly database: Database) {
    super();
  }

  async find(principal: string, key: string): Promise<StoredAnswer | undefined> {
    const { rows } = await this.database.query<{ body_hash: string; status: number; response: string }>({
      name: 'idempotency-find',
      text: 'SELECT body_hash, status, response FROM idempotency_keys WHERE principal = $1 AND key = $2',
      values: [principal, key],
    });
    const [row] = rows;
    return row === undefined ? undefined : { bodyHash: row.body_hash, status: row.status, response: row.response };
  }
}
