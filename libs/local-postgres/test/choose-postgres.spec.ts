import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { choosePostgres, findPostgres, PostgresNotInstalled, testPostgres } from '../src/index.ts';
import { findInstallation, npmInstallation, systemInstallation } from '../src/installation.ts';
import { supervise } from '../src/supervise.ts';
import { freePort, query, temporaryFolder } from './helpers.ts';

const currentDatabase = 'SELECT current_database() AS name';
const shared = inject('postgres').url;
const administration = testPostgres(inject('postgres')).url('postgres');

test('a URL of a service is used as it is and starts nothing', async () => {
  const folder = await temporaryFolder();
  const env = {
    USER_DATABASE_URL: 'postgres://somewhere/users',
    MATCHING_DATABASE_URL: 'postgres://elsewhere/m',
    DATABASE_URL: 'postgres://unused',
  };
  const chosen = await choosePostgres({
    env,
    services: ['user', 'matching'],
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
  });
  expect(chosen.urls).toEqual({ user: env.USER_DATABASE_URL, matching: env.MATCHING_DATABASE_URL });
  expect(chosen.description).toBe('user: USER_DATABASE_URL; matching: MATCHING_DATABASE_URL');
  await chosen.stop();
  expect(await readdir(folder)).toEqual([]);
});

test('on the server of DATABASE_URL missing databases are created, existing ones kept', async () => {
  const folder = await temporaryFolder();
  const options = {
    env: { DATABASE_URL: shared },
    services: ['user', 'tutor'],
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
  };
  const first = await choosePostgres(options);
  expect(await query(first.urls['user'] ?? '', currentDatabase)).toEqual([{ name: 'edtech_user' }]);
  expect(await query(first.urls['tutor'] ?? '', currentDatabase)).toEqual([{ name: 'edtech_tutor' }]);
  await query(first.urls['user'] ?? '', 'CREATE TABLE IF NOT EXISTS kept (id int)');
  const second = await choosePostgres(options);
  expect(await query(second.urls['user'] ?? '', 'SELECT id FROM kept')).toEqual([]);
  expect(await findPostgres(options)).toEqual(second.urls);
  expect(second.description).toBe(`user, tutor: DATABASE_URL (${new URL(shared).host})`);
  await second.stop();
  expect(await readdir(folder)).toEqual([]);
  for (const name of ['edtech_user', 'edtech_tutor']) await query(administration, `DROP DATABASE ${name}`);
});

test('without a URL a server of our own is started for the services that have none', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const env = { USER_DATABASE_URL: 'postgres://somewhere/users', DATABASE_URL: '' };
  const chosen = await choosePostgres({ env, services: ['user', 'tutor'], dataDir, port: await freePort() });
  onTestFinished(() => chosen.stop());
  expect(chosen.urls['user']).toBe(env.USER_DATABASE_URL);
  const tutor = chosen.urls['tutor'] ?? '';
  expect(await query(tutor, 'SELECT current_database() AS name, current_user::text AS role')).toEqual([
    { name: 'edtech_tutor', role: 'edtech_tutor' },
  ]);
  expect(chosen.description).toContain('PostgreSQL 18');
  expect(chosen.description).not.toContain(new URL(tutor).password);
  expect(await findPostgres({ env, services: ['user', 'tutor'], dataDir })).toEqual(chosen.urls);
  await chosen.stop();
  await expect(findPostgres({ env, services: ['tutor'], dataDir })).rejects.toThrow('TUTOR_DATABASE_URL or DATABASE_URL');
  await expect(query(tutor, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
});

test('npm binaries come before a system installation; with neither the refusal says why', async () => {
  const libraries = join(await temporaryFolder(), 'lib');
  expect((await findInstallation(libraries)).origin).toBe('npm binaries');
  const nothing = findInstallation(libraries, [async () => 'no package for this platform', async () => 'version 14 is too old']);
  await expect(nothing).rejects.toThrow(PostgresNotInstalled);
  await expect(nothing).rejects.toThrow('no package for this platform; version 14 is too old. Set DATABASE_URL');
});

const system = await systemInstallation();
test.skipIf(typeof system === 'string')('without npm binaries the system installation runs', async () => {
  const dataDir = join(await temporaryFolder(), 'postgres');
  const installation = await findInstallation(join(dataDir, 'lib'), [async () => 'absent', systemInstallation, npmInstallation]);
  expect(installation.origin).toBe('system installation');
  const options = {
    dataDir,
    installation,
    port: await freePort(),
    authentication: 'trust',
    settings: [],
    log: () => undefined,
  } as const;
  const server = await supervise(options);
  onTestFinished(() => server.stop());
  expect(server.version).toMatch(new RegExp(`^${installation.major}\\.`));
});
