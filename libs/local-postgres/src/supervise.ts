import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from './child-environment.ts';
import { openCluster, SUPERUSER, type Cluster, type ClusterOptions } from './cluster.ts';
import { ensureDatabase } from './ensure-database.ts';
import { codeOf } from './error-code.ts';
import { stopLeftoverPostgres } from './leftover.ts';
import { dataFolder } from './data-folder.ts';
import { addressOf, servicePassword } from './login.ts';
import { readNumber } from './number-file.ts';
import { endWithParent } from './parent-death.ts';
import { PostgresPortTaken, PostgresStartFailed } from './postgres.errors.ts';
import type { PostgresServer } from './postgres-server.ts';
import { ServerProcess } from './server-process.ts';
import { waitFor } from './wait.ts';
import { withClient } from './with-client.ts';

interface SuperviseOptions extends ClusterOptions {
  readonly port: number;
  /** Server settings beyond address and port, as `name=value`. */
  readonly settings: readonly string[];
  readonly log: (line: string) => void;
}

const START_TIMEOUT = 30_000;
/** Short: behind a silent port the end of our own process must be noticed soon. */
const CONNECT_TIMEOUT = 1_000;
const OLD_BACKENDS_TIMEOUT = 10_000;
/** What a server says to a stranger: wrong password, no such entry in pg_hba.conf, unknown database, not a superuser. */
const REFUSALS = new Set(['28P01', '28000', '3D000', '42501']);

/** Resolves once the server of this data, and no other, answers on the port. */
export async function supervise(options: SuperviseOptions): Promise<PostgresServer> {
  await stopLeftoverPostgres(options.dataDir);
  const cluster = await openCluster(options);
  const { supervisorFile } = dataFolder(cluster.dataDir);
  await writeFile(supervisorFile, String(process.pid));
  const deadline = performance.now() + OLD_BACKENDS_TIMEOUT;
  for (;;) {
    const server = new ServerProcess(
      invocation(options, cluster),
      cluster.dataDir,
      childEnvironment(options.installation.env),
      options.log,
    );
    try {
      const version = await untilOursAnswers(server, cluster, options.port);
      return asServer(server, cluster, options.port, version);
    } catch (error) {
      const lastWords = server.lastWords;
      await server.stop();
      // After kill -9 of the server the processes it had for its connections need a moment to notice.
      const waiting = lastWords.includes('pre-existing shared memory block') && performance.now() < deadline;
      if (!waiting) throw error;
      await sleep(200);
    }
  }
}

function invocation({ installation, port, settings }: SuperviseOptions, { folder, identity }: Cluster) {
  const address = ['-D', folder, '-h', '127.0.0.1', '-p', String(port), '-k', ''];
  return identity.wrap(...endWithParent(installation.postgres, [...address, ...settings.flatMap((setting) => ['-c', setting])]));
}

async function untilOursAnswers(server: ServerProcess, cluster: Cluster, port: number): Promise<string> {
  let ended: string | undefined;
  void server.ended.then((how) => (ended = how));
  const url = urlOf(cluster, port, 'postgres');
  const { serverPidFile } = dataFolder(cluster.dataDir);
  return waitFor(
    async () => {
      if (ended !== undefined) {
        if (server.lastWords.includes('Address already in use')) throw new PostgresPortTaken(port, 'another program');
        throw new PostgresStartFailed(ended, server.lastWords);
      }
      const version = await askVersion(url, cluster.folder, port);
      // On our own data an older server can answer; then the new process is about to end.
      return (await readNumber(serverPidFile)) === server.pid ? version : undefined;
    },
    START_TIMEOUT,
    () => new PostgresStartFailed(`no answer on port ${port} for ${START_TIMEOUT / 1000} s`, server.lastWords),
  );
}

async function askVersion(url: string, folder: string, port: number): Promise<string | undefined> {
  try {
    return await withClient(
      url,
      async (client) => {
        const { rows } = await client.query<{ data_directory: string; version: string }>(
          "SELECT current_setting('data_directory') AS data_directory, current_setting('server_version') AS version",
        );
        const answer = rows[0];
        // On Windows the server writes paths with slashes.
        if (answer === undefined || resolve(answer.data_directory) !== folder) {
          throw new PostgresPortTaken(port, `another PostgreSQL, with its data in ${answer?.data_directory}`);
        }
        return answer.version;
      },
      CONNECT_TIMEOUT,
    );
  } catch (error) {
    if (error instanceof PostgresPortTaken) throw error;
    if (REFUSALS.has(codeOf(error) ?? '')) throw new PostgresPortTaken(port, 'another PostgreSQL, which does not know us');
    return undefined;
  }
}

function asServer(server: ServerProcess, cluster: Cluster, port: number, version: string): PostgresServer {
  const { password } = cluster;
  return {
    port,
    version,
    get pid() {
      return server.pid;
    },
    url: (database) => urlOf(cluster, port, database),
    async ensureDatabase(database) {
      const secret = servicePassword(password, database);
      await ensureDatabase(urlOf(cluster, port, 'postgres'), database, { role: database, password: secret });
      return addressOf(database, secret, port, database);
    },
    async stop() {
      await server.stop();
      await rm(dataFolder(cluster.dataDir).supervisorFile, { force: true });
    },
  };
}

function urlOf({ password }: Cluster, port: number, database: string): string {
  return addressOf(SUPERUSER, password, port, database);
}
