import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { startTestPostgres } from '../src/index.ts';
import { query, runFixture, untilGone } from './helpers.ts';

const foldersOf = async (pid: number | undefined) =>
  (await readdir(tmpdir())).filter((name) => name.includes(`-${pid}-`) && name.startsWith('edtech-postgres-'));

test('a durable test server syncs and one by default does not', async () => {
  const servers = await Promise.all([startTestPostgres({ durable: true }), startTestPostgres()]);
  onTestFinished(async () => {
    for (const server of servers) await server.stop();
  });
  const settings = await Promise.all(servers.map((server) => query(server.url('postgres'), 'SHOW fsync')));
  expect(settings).toEqual([[{ fsync: 'on' }], [{ fsync: 'off' }]]);
  expect(await query(await servers[1].ensureDatabase('edtech_user'), 'SELECT current_user::text AS name')).toEqual([
    { name: 'edtech_user' },
  ]);

  expect(await foldersOf(process.pid)).toHaveLength(2);
  for (const server of servers) await server.stop();
  expect(await foldersOf(process.pid)).toHaveLength(0);
});

test('what a killed run left is gone after the next start', async () => {
  const { process: parent, output } = await runFixture('hold-server.ts');
  expect(await foldersOf(parent.pid)).toHaveLength(1);
  parent.kill('SIGKILL');
  await untilGone(Number(output.get('pid')));

  await (await startTestPostgres()).stop();
  expect(await foldersOf(parent.pid)).toHaveLength(0);
});
