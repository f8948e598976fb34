import { join } from 'node:path';
import { templateDatabase, testPostgres } from '@edtech/local-postgres';
import { Database, kernelMigrations, migrate, readMigrations } from '@edtech/shared-kernel';
import { inject } from 'vitest';

export interface PaymentDatabase {
  readonly database: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A fresh database with the tables of the kernel and of this service; nothing runs over it. */
export async function paymentDatabase(): Promise<PaymentDatabase> {
  const folders = [kernelMigrations, join(import.meta.dirname, '..', 'drizzle')];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: 'payment',
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
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
