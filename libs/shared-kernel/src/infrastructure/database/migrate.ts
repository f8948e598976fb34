import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isUnavailable } from './pg-errors.ts';

const MIGRATION_LOCK = 7_273_001;
const WAIT_FOR_DATABASE_MS = 60_000;

/** The kernel's own tables; every service database has them. */
export const kernelMigrations: string = join(import.meta.dirname, '..', '..', '..', 'drizzle');

/**
 * Brings a database up to date with the `.sql` files of `folders`, in order of folder and name, each in a transaction of its own. A
 * database that is away is waited for, a minute at most. Replicas that start together queue on an advisory lock; a file that ran before is
 * skipped. Throws MigrationChanged when the text of a file that has already run was edited, MigrationFailed when one cannot run; of that
 * file nothing stays.
 */
export async function migrate(url: string, folders: readonly string[]): Promise<void> {
  const client = await connect(url);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const applied = await client.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM schema_migrations');
    const hashes = new Map(applied.rows.map((row) => [row.name, row.sha256]));
    for (const { name, sql } of await readMigrations(folders)) {
      const sha256 = createHash('sha256').update(sql).digest('hex');
      const known = hashes.get(name);
      if (known === sha256) continue;
      if (known !== undefined) throw new MigrationChanged(name);
      try {
        await client.query('BEGIN');
        await client.query(sql);
        await client.query('INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)', [name, sha256]);
        await client.query('COMMIT');
      } catch (error) {
        throw new MigrationFailed(name, error);
      }
    }
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  for (const until = Date.now() + WAIT_FOR_DATABASE_MS; ;) {
    const client = new pg.Client({ connectionString: url, application_name: 'migrations', connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (!isUnavailable(error) || Date.now() > until) throw error;
      await delay(500);
    }
  }
}

/** Names and texts in the order in which they run; the hash of a template database is made of them. */
export async function readMigrations(folders: readonly string[]): Promise<{ name: string; sql: string }[]> {
  const migrations: { name: string; sql: string }[] = [];
  for (const folder of folders) {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
    for (const file of files) migrations.push({ name: file, sql: await readFile(join(folder, file), 'utf8') });
  }
  return migrations;
}

export class MigrationChanged extends Error {
  readonly code = 'MIGRATION_CHANGED';

  constructor(readonly migration: string) {
    super(`migration ${migration} was edited after it ran here; restore its text and add a new file instead`);
    this.name = 'MigrationChanged';
  }
}

export class MigrationFailed extends Error {
  readonly code = 'MIGRATION_FAILED';

  constructor(
    readonly migration: string,
    cause: unknown,
  ) {
    super(`migration ${migration} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'MigrationFailed';
  }
}
