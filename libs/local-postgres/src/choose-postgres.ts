import { ensureDatabase } from './ensure-database.ts';
import { databaseName, databaseVariable } from './service-database.ts';
import { startPostgres, type StartPostgresOptions } from './start-postgres.ts';
import { databaseUrl } from './test-postgres.ts';

export interface ChoosePostgresOptions extends StartPostgresOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly services: readonly string[];
}

export interface ChosenPostgres {
  readonly urls: Record<string, string>;
  /** For the person at the terminal; contains no password. */
  readonly description: string;
  /** Stops the server if it was started here. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * `<SERVICE>_DATABASE_URL` is used as it is; the other services get a database `edtech_<service>` on the server of
 * `DATABASE_URL`; without one, on a server started here, from the npm binaries or else from a system installation.
 */
export async function choosePostgres(options: ChoosePostgresOptions): Promise<ChosenPostgres> {
  const urls: Record<string, string> = {};
  const descriptions: string[] = [];
  const open: string[] = [];
  for (const service of options.services) {
    const variable = databaseVariable(service);
    const url = options.env[variable];
    if (url) {
      urls[service] = url;
      descriptions.push(`${service}: ${variable}`);
    } else {
      open.push(service);
    }
  }
  let stop = async () => {};
  const serverUrl = options.env['DATABASE_URL'];
  if (open.length > 0 && serverUrl) {
    for (const service of open) {
      await ensureDatabase(
        new URL(serverUrl).pathname.length > 1 ? serverUrl : databaseUrl(serverUrl, 'postgres'),
        databaseName(service),
      );
      urls[service] = databaseUrl(serverUrl, databaseName(service));
    }
    descriptions.push(`${open.join(', ')}: DATABASE_URL (${new URL(serverUrl).host})`);
  } else if (open.length > 0) {
    const server = await startPostgres(options);
    stop = () => server.stop();
    try {
      for (const service of open) urls[service] = await server.ensureDatabase(databaseName(service));
    } catch (error) {
      await stop();
      throw error;
    }
    descriptions.push(`${open.join(', ')}: PostgreSQL ${server.version} on 127.0.0.1:${server.port}, data in ${options.dataDir}`);
  }
  return { urls, description: descriptions.join('; '), stop };
}
