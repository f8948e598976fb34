import type { Database } from './database.ts';

const SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes'];

/**
 * Throws UnsafeDatabase when an acknowledged commit could be lost with the power, or when this is a replica: decisions on what a reader
 * shows would be made on the past. For production.
 */
export async function requireDurability(database: Database): Promise<void> {
  const { rows } = await database.query<{ name: string }>({
    text: `SELECT name || ' = off' AS name FROM pg_settings WHERE name = ANY($1) AND setting = 'off'
           UNION ALL SELECT 'a read-only replica' WHERE pg_is_in_recovery()`,
    values: [SETTINGS],
  });
  if (rows.length > 0) throw new UnsafeDatabase(rows.map((row) => row.name));
}

export class UnsafeDatabase extends Error {
  readonly code = 'UNSAFE_DATABASE';

  constructor(readonly reasons: readonly string[]) {
    super(
      `not a database for production (${reasons.join(', ')}): an acknowledged event could be lost or a decision be stale; mend it first`,
    );
    this.name = 'UnsafeDatabase';
  }
}
