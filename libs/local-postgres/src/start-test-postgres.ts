import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder } from './data-folder.ts';
import { codeOf } from './error-code.ts';
import { findInstallation } from './installation.ts';
import { stopLeftoverPostgres } from './leftover.ts';
import { PostgresPortTaken } from './postgres.errors.ts';
import type { PostgresServer } from './postgres-server.ts';
import { supervise } from './supervise.ts';
import type { TestPostgresAddress } from './test-postgres.ts';

export interface TestPostgres extends PostgresServer {
  /** What a test worker needs to reach the server; plain data. */
  readonly address: TestPostgresAddress;
}

const UNSAFE = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];
const PORT_ATTEMPTS = 5;
// The host's name: process numbers of a container that shares the folder mean nothing here.
const FOLDER_PREFIX = `edtech-postgres-${hostname()}-`;

/**
 * A throw-away server on a free port that trusts local connections; `stop()` removes its data. It ends with this process; data
 * that a killed process left is removed by the next call. Without `durable` a crash of the machine, not of the server, loses data.
 */
export async function startTestPostgres(options: { readonly durable?: boolean } = {}): Promise<TestPostgres> {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  try {
    const server = await onFreePort(dataDir, options.durable === true ? [] : UNSAFE);
    return {
      port: server.port,
      version: server.version,
      address: { url: server.url('') },
      get pid() {
        return server.pid;
      },
      url: (database) => server.url(database),
      ensureDatabase: (database) => server.ensureDatabase(database),
      async stop() {
        await server.stop();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

async function onFreePort(dataDir: string, settings: readonly string[]): Promise<PostgresServer> {
  const installation = await findInstallation(dataFolder(dataDir).libraries);
  for (let attempt = 1; ; attempt++) {
    try {
      return await supervise({
        dataDir,
        installation,
        port: await freePort(),
        authentication: 'trust',
        initdbArgs: ['--no-sync', '--wal-segsize=1'],
        settings: ['shared_buffers=32MB', 'max_connections=400', 'autovacuum_naptime=5min', ...settings],
        log: () => undefined,
      });
    } catch (error) {
      if (!(error instanceof PostgresPortTaken) || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const pid = Number.parseInt(name.slice(FOLDER_PREFIX.length), 10);
    if (!(pid > 0) || isAlive(pid)) continue;
    // Another user's leftovers, or ones that a second run is removing now, are none of our failures.
    await stopLeftoverPostgres(join(tmpdir(), name))
      .then(() => rm(join(tmpdir(), name), { recursive: true, force: true }))
      .catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
