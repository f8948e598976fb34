import { templateDatabase, testPostgres } from '@edtech/local-postgres';
import { inject } from 'vitest';
import { Database } from '../src/infrastructure/database/database.ts';
import { kernelMigrations, migrate, readMigrations } from '../src/infrastructure/database/migrate.ts';

export interface KernelDatabase {
  readonly database: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A fresh database with the kernel's tables and those of `folders`. */
export async function kernelDatabase(folders: readonly string[] = []): Promise<KernelDatabase> {
  const all = [kernelMigrations, ...folders];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: 'kernel',
    migrations: JSON.stringify(await readMigrations(all)),
    migrate: (url) => migrate(url, all),
  });
  const { url, drop } = await clone();
  const database = new Database({ url, applicationName: 'test' });
  return {
    database,
    url,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}
