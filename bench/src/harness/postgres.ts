import { startTestPostgres, templateDatabase, testPostgres } from '@edtech/local-postgres';
import { Database, kernelMigrations, migrate, readMigrations } from '@edtech/shared-kernel';
import pg from 'pg';
import type { Meter } from './measure.ts';
import type { Bench } from './program.ts';

/** An empty service database on the server that all variants of a program share. */
export class BenchPostgres {
  #opened = 0;
  readonly #closers: (() => Promise<void>)[] = [];

  private constructor(readonly url: string) {}

  /** Embedded with fsync on, or the server of `DATABASE_URL`. Calls `work` and removes everything afterwards. */
  static async use(bench: Bench, work: (postgres: BenchPostgres) => Promise<void>): Promise<void> {
    const given = process.env['DATABASE_URL'];
    const started = given === undefined ? await startTestPostgres({ durable: true }) : undefined;
    const server = started ?? testPostgres({ url: given ?? '' });
    try {
      const clone = await templateDatabase(server, {
        name: 'bench',
        migrations: JSON.stringify(await readMigrations([kernelMigrations])),
        migrate: (url) => migrate(url, [kernelMigrations]),
      });
      const { url, drop } = await clone();
      const postgres = new BenchPostgres(url);
      try {
        const { rows } = await postgres
          .pool(1)
          .query<{ version: string; fsync: string }>(
            `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync`,
          );
        bench.versions = { ...bench.versions, postgres: rows[0]?.version ?? 'unknown' };
        bench.endpoints.add(`${started === undefined ? 'DATABASE_URL' : 'embedded'} PostgreSQL, fsync ${rows[0]?.fsync}`);
        await work(postgres);
      } finally {
        for (const close of postgres.#closers.toReversed()) await close();
        await drop();
      }
    } finally {
      await started?.stop();
    }
  }

  /** A pool of the plain driver. */
  pool(connections: number): pg.Pool {
    const pool = new pg.Pool({ connectionString: this.url, max: connections });
    pool.on('error', () => undefined);
    return this.#counted(pool, () => pool.end());
  }

  /** A pool as the kernel uses it. */
  database(connections: number): Database {
    const database = new Database({ url: this.url, applicationName: 'bench', connections });
    this.#counted(database.pool, () => database.close());
    return database;
  }

  onClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  /** Of all pools of this program. */
  readonly connectionsOpened: Meter = { name: 'connections opened', per: 'round', read: () => this.#opened };

  walBytes(pool: pg.Pool): Meter {
    return {
      name: 'WAL bytes/op',
      per: 'op',
      read: async () => {
        const { rows } = await pool.query<{ bytes: string }>(
          `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS bytes`,
        );
        return Number(rows[0]?.bytes ?? 0);
      },
    };
  }

  #counted(pool: pg.Pool, close: () => Promise<void>): pg.Pool {
    pool.on('connect', () => this.#opened++);
    this.#closers.push(close);
    return pool;
  }
}

/** One number of one row. */
export async function numberOf(pool: pg.Pool, text: string, values: readonly unknown[] = []): Promise<number> {
  const { rows } = await pool.query<{ number: string }>({ text: `SELECT (${text})::numeric AS number`, values: [...values] });
  return Number(rows[0]?.number ?? 0);
}
