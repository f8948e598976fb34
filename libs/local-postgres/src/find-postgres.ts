import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dataFolder } from './data-folder.ts';
import { addressOf, servicePassword } from './login.ts';
import { PostgresNotRunning } from './postgres.errors.ts';
import { databaseName, databaseVariable } from './service-database.ts';
import { databaseUrl } from './test-postgres.ts';

export interface FindPostgresOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly services: readonly string[];
  readonly dataDir: string;
}

/**
 * Where `choosePostgres` has put the databases of these services. Starts nothing and creates nothing. Throws PostgresNotRunning when they
 * lie in a data folder whose server does not run.
 */
export async function findPostgres({ env, services, dataDir }: FindPostgresOptions): Promise<Record<string, string>> {
  const urls: Record<string, string> = {};
  for (const service of services) {
    const own = env[databaseVariable(service)];
    const shared = env['DATABASE_URL'];
    if (own) urls[service] = own;
    else if (shared) urls[service] = databaseUrl(shared, databaseName(service));
    else urls[service] = await inDataFolder(dataDir, service);
  }
  return urls;
}

/** Whether the databases of these services lie where an earlier start has put them, or are named; else `choosePostgres` would create them. */
export function hasPostgres({ env, services, dataDir }: FindPostgresOptions): boolean {
  const areNamed = services.every((service) => env[databaseVariable(service)] || env['DATABASE_URL']);
  return areNamed || existsSync(dataFolder(dataDir).cluster);
}

async function inDataFolder(dataDir: string, service: string): Promise<string> {
  const { serverPidFile, passwordFile } = dataFolder(dataDir);
  try {
    // The server writes its port into the fourth line.
    const port = Number((await readFile(serverPidFile, 'utf8')).split('\n')[3]);
    const password = (await readFile(passwordFile, 'utf8')).trim();
    const database = databaseName(service);
    if (port > 0) return addressOf(database, servicePassword(password, database), port, database);
  } catch (cause) {
    throw new PostgresNotRunning(dataDir, databaseVariable(service), cause);
  }
  throw new PostgresNotRunning(dataDir, databaseVariable(service));
}
