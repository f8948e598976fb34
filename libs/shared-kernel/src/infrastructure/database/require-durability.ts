import type { Database } from './database.ts';

const SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes'];

/** Throws UnsafeDatabase when an acknowledged commit could be lost with the power. For production. */
export async function requireDurability(database: Database): Promise<void> {
  const { rows } = await database.query<{ name: string }>({
    text: `SELECT name FROM pg_settings WHERE name = ANY($1) AND setting = 'off'`,
    values: [SETTINGS],
  });
  if (rows.length > 0) throw new UnsafeDatabase(rows.map((row) => row.name));
}

export class UnsafeDatabase extends Error {
  readonly code = 'UNSAFE_DATABASE';

  constructor(readonly settings: readonly string[]) {
    super(
      `the database runs with ${settings.join(', ')} off: an acknowledged event could be lost; switch it on before production`,
    );
    this.name = 'UnsafeDatabase';
  }
}
