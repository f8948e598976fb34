import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kernelMigrations, migrate, readMigrations } from '../src/infrastructure/database/migrate.ts';
import { cuttableProxy } from './http/cuttable-proxy.fixture.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';

let db: KernelDatabase;
let folder: string;

beforeEach(async () => {
  db = await kernelDatabase();
  folder = await mkdtemp(join(tmpdir(), 'migrate-'));
});
afterEach(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string, sql: string): Promise<void> => writeFile(join(folder, name), sql);
const run = (): Promise<void> => migrate(db.url, [kernelMigrations, folder]);
const ofKernel = (await readMigrations([kernelMigrations])).map(({ name }) => name);
async function applied(): Promise<string[]> {
  const { rows } = await db.database.query<{ name: string }>({
    text: 'SELECT name FROM schema_migrations ORDER BY applied_at, name',
  });
  return rows.map((row) => row.name);
}

test('replicas that start together run every file once, in the order of its name', async () => {
  await file('0002_b.sql', `INSERT INTO steps SELECT 'b' FROM pg_sleep(0.1)`);
  await file('0001_a.sql', `CREATE TABLE steps (step text); INSERT INTO steps SELECT 'a' FROM pg_sleep(0.1)`);
  await Promise.all([run(), run(), run(), run()]);
  await run();
  const { rows } = await db.database.query({ text: 'SELECT step FROM steps' });
  expect(rows).toEqual([{ step: 'a' }, { step: 'b' }]);
  expect(await applied()).toEqual([...ofKernel, '0001_a.sql', '0002_b.sql']);
});

test('F23 a database that is away at the start is waited for; one that does not exist is not', async () => {
  const proxy = await cuttableProxy(db.url);
  proxy.set('cut');
  let done = false;
  const migrated = migrate(proxy.url, [kernelMigrations]).then(() => (done = true));
  await sleep(700);
  expect(done).toBe(false);
  proxy.set('open');
  expect(await migrated).toBe(true);
  await proxy.close();
  const nowhere = new URL(db.url);
  nowhere.pathname = '/no_such_database';
  await expect(migrate(nowhere.href, [kernelMigrations])).rejects.toMatchObject({ code: '3D000' });
});

test('a file that was edited after it ran is refused by name', async () => {
  await file('0001_a.sql', 'CREATE TABLE steps (step text)');
  await run();
  await file('0001_a.sql', 'CREATE TABLE steps (step text, at timestamptz)');
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', migration: '0001_a.sql' });
});

test('a file that fails leaves nothing and is named; those before it stay, and it runs once it is mended', async () => {
  await file('0001_a.sql', 'CREATE TABLE steps (step text)');
  await file('0002_b.sql', 'CREATE TABLE half (id int); SELECT 1 / 0');
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    migration: '0002_b.sql',
    message: expect.stringContaining('division by zero'),
  });
  const half = await db.database.query({ text: `SELECT to_regclass('half') AS half` });
  expect([half.rows, await applied()]).toEqual([[{ half: null }], [...ofKernel, '0001_a.sql']]);
  // Fails after its statements, when it is noted as run.
  await file('0002_b.sql', `CREATE TABLE half (id int); INSERT INTO schema_migrations VALUES ('0002_b.sql', '')`);
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_FAILED', migration: '0002_b.sql' });
  await file('0002_b.sql', 'CREATE TABLE half (id int)');
  await run();
  expect(await applied()).toEqual([...ofKernel, '0001_a.sql', '0002_b.sql']);
});
