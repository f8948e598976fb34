import { resolve } from 'node:path';
import { dataFolder } from './data-folder.ts';
import { findInstallation } from './installation.ts';
import type { PostgresServer } from './postgres-server.ts';
import { supervise } from './supervise.ts';

export interface StartPostgresOptions {
  readonly dataDir: string;
  readonly port: number;
  /** Receives each line of the server's log. */
  readonly log?: (line: string) => void;
}

/**
 * Starts the durable server of `dataDir`, creating its data at the first start; a server left there by an ended process is
 * stopped first. Call it from the main thread: the server ends with the thread that started it. Rejects with
 * PostgresNotInstalled, PostgresPortTaken, PostgresDataInUse, PostgresDataUnusable, PostgresCannotRunAsRoot or
 * PostgresStartFailed, and then leaves no process behind.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  return supervise({
    dataDir,
    port: options.port,
    installation: await findInstallation(dataFolder(dataDir).libraries),
    authentication: 'scram-sha-256',
    settings: ['shared_buffers=32MB', 'max_connections=400', 'autovacuum_naptime=5min'],
    log: options.log ?? (() => undefined),
  });
}
