import { once } from 'node:events';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import {
  PostgresDataInUse,
  PostgresDataUnusable,
  PostgresPortTaken,
  PostgresStartFailed,
  startPostgres,
  startTestPostgres,
  stopLeftoverPostgres,
  type PostgresServer,
} from '../src/index.ts';
import { freePort, isAlive, query, runFixture, temporaryFolder, untilGone } from './helpers.ts';

async function started(dataDir: string, port: number): Promise<PostgresServer> {
  const server = await startPostgres({ dataDir, port });
  onTestFinished(() => server.stop());
  return server;
}

test('the second start finds the data of the first, and stopping twice is safe', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const port = await freePort();
  const first = await started(dataDir, port);
  expect(first.version).toMatch(/^\d+\.\d+/);
  const url = await first.ensureDatabase('edtech_user');
  await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  await first.stop();
  expect(first.pid).toBeUndefined();

  const second = await started(dataDir, port);
  expect(await second.ensureDatabase('edtech_user')).toBe(url);
  expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('the kept cluster is durable, asks for its password and lets a service into its own database only', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const server = await started(dataDir, await freePort());
  const [settings] = await query(
    server.url('postgres'),
    "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit, current_setting('full_page_writes') AS pages, current_setting('max_connections') AS connections, current_setting('listen_addresses') AS address",
  );
  expect(settings).toEqual({ fsync: 'on', commit: 'on', pages: 'on', connections: '400', address: '127.0.0.1' });
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);

  const user = new URL(await server.ensureDatabase('edtech_user'));
  await server.ensureDatabase('edtech_tutor');
  await query(user.href, 'CREATE EXTENSION btree_gist');
  expect(await query(user.href, 'SELECT current_user::text AS name')).toEqual([{ name: 'edtech_user' }]);
  const intruder = new URL(user);
  intruder.pathname = '/edtech_tutor';
  await expect(query(intruder.href, 'SELECT 1')).rejects.toThrow('permission denied for database');
  const guess = new URL(user);
  guess.password = 'guess';
  await expect(query(guess.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
});

test('kill -9 of the server keeps every committed row', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const port = await freePort();
  const server = await started(dataDir, port);
  await query(server.url('postgres'), 'CREATE TABLE lesson (id int)');
  for (let id = 1; id <= 20; id++) await query(server.url('postgres'), `INSERT INTO lesson VALUES (${id})`);
  // This connection's process is too busy to notice for a second; until it does the data is locked.
  const busy = query(server.url('postgres'), 'SELECT count(*)::int AS rows FROM generate_series(1, 8000000)');
  await sleep(200);
  process.kill(server.pid ?? 0, 'SIGKILL');
  await stopLeftoverPostgres(dataDir);

  const again = await started(dataDir, port);
  expect(await query(again.url('postgres'), 'SELECT count(*)::int AS rows FROM lesson')).toEqual([{ rows: 20 }]);
  expect(await busy).toEqual([{ rows: 8_000_000 }]);
});

test('kill -9 of the parent leaves no server behind, and the data can be used at once', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const port = await freePort();
  const { process: parent, output } = await runFixture('hold-server.ts', [dataDir, String(port)]);
  const pid = Number(output.get('pid'));
  expect(await isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await untilGone(pid);

  const server = await started(dataDir, port);
  expect(await query(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a server whose parent lives is neither stopped nor shared', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const { process: parent, output } = await runFixture('hold-server.ts', [dataDir, String(await freePort())]);
  await expect(startPostgres({ dataDir, port: await freePort() })).rejects.toThrow(PostgresDataInUse);
  await expect(stopLeftoverPostgres(dataDir)).rejects.toThrow(`process ${parent.pid}`);
  expect(await query(String(output.get('url')), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test.runIf(process.platform === 'linux')('a server that an ended parent left running is replaced, with its data', async () => {
  const folder = await temporaryFolder();
  const dataDir = join(folder, 'postgres');
  const port = await freePort();
  // Without setpriv on its path the fixture's server outlives it, as on systems that have none.
  await symlink('/usr/bin/test', join(folder, 'test'));
  const { process: parent, output } = await runFixture('hold-server.ts', [dataDir, String(port)], { env: { PATH: folder } });
  await query(String(output.get('url')), 'CREATE TABLE kept AS SELECT 42 AS answer');
  const died = once(parent, 'exit');
  parent.kill('SIGKILL');
  await died;
  expect(await query(String(output.get('url')), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);

  const server = await started(dataDir, port);
  expect(await isAlive(Number(output.get('pid')))).toBe(false);
  expect(await query(server.url('postgres'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('a process that only has the number of the last server is left alone', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const port = await freePort();
  await (await started(dataDir, port)).stop();
  const pidFile = join(dataDir, 'cluster', 'postmaster.pid');
  await writeFile(pidFile, `${process.pid}\n`);
  await stopLeftoverPostgres(dataDir);
  await expect(readFile(pidFile)).rejects.toThrow('ENOENT');
});

test('another PostgreSQL on the port is refused by its data folder', async () => {
  const other = await startTestPostgres();
  onTestFinished(() => other.stop());
  const dataDir = join(await temporaryFolder(), 'postgres');
  const attempt = startPostgres({ dataDir, port: other.port });
  await expect(attempt).rejects.toThrow(PostgresPortTaken);
  await expect(attempt).rejects.toThrow(`Port ${other.port} on 127.0.0.1 belongs to another PostgreSQL`);
  expect(await query(other.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a silent program on the port is refused', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const address = silent.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const dataDir = join(await temporaryFolder(), 'postgres');
  await expect(startPostgres({ dataDir, port })).rejects.toThrow(`Port ${port} on 127.0.0.1 belongs to another program`);
});

test('data that this server cannot read is refused with the way out; a broken configuration with the last words', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const port = await freePort();
  await (await started(dataDir, port)).stop();

  await writeFile(join(dataDir, 'cluster', 'postgresql.auto.conf'), "nonsense = 'on'\n");
  const broken = startPostgres({ dataDir, port });
  await expect(broken).rejects.toThrow(PostgresStartFailed);
  await expect(broken).rejects.toThrow('unrecognized configuration parameter "nonsense"');

  await writeFile(join(dataDir, 'identity'), 'somebody-else');
  await expect(startPostgres({ dataDir, port })).rejects.toThrow('npm run reset');
  await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '14\n');
  const old = startPostgres({ dataDir, port });
  await expect(old).rejects.toThrow(PostgresDataUnusable);
  await expect(old).rejects.toThrow('it is of PostgreSQL 14');
});
