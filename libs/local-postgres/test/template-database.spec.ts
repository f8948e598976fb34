import { randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { templateDatabase, testPostgres } from '../src/index.ts';
import { query, runFixture } from './helpers.ts';

const server = testPostgres(inject('postgres'));
const unique = () => randomBytes(4).toString('hex');

test('a clone has what the migrations made, and clones share nothing', async () => {
  const clone = await templateDatabase(server, {
    name: 'clones',
    migrations: unique(),
    async migrate(url) {
      await query(url, 'CREATE TABLE lesson (id int)');
    },
  });
  const [one, two] = await Promise.all([clone(), clone()]);
  await query(one.url, 'INSERT INTO lesson VALUES (1)');
  expect(await query(one.url, 'SELECT id FROM lesson')).toEqual([{ id: 1 }]);
  expect(await query(two.url, 'SELECT id FROM lesson')).toEqual([]);

  await one.drop();
  await one.drop();
  await expect(query(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
  await two.drop();
});

test('two processes that ask at once get one template', async () => {
  const migrations = unique();
  await query(server.url('postgres'), 'DROP TABLE IF EXISTS builds; CREATE TABLE builds (id serial)');
  const runs = await Promise.all([1, 2].map(() => runFixture('clone-template.ts', [server.url('postgres'), migrations])));
  const urls = runs.map(({ output }) => String(output.get('url')));
  expect(new Set(urls).size).toBe(2);
  for (const url of urls) expect(await query(url, 'SELECT id FROM lesson')).toEqual([{ id: 1 }]);
  expect(await query(server.url('postgres'), 'SELECT count(*)::int AS builds FROM builds')).toEqual([{ builds: 1 }]);
});

test('a template whose migration failed halfway is built again', async () => {
  const options = { name: 'retry', migrations: unique() };
  const failing = templateDatabase(server, {
    ...options,
    async migrate(url) {
      await query(url, 'CREATE TABLE lesson (id int)');
      throw new Error('disk full');
    },
  });
  await expect(failing).rejects.toThrow('disk full');

  const clone = await templateDatabase(server, {
    ...options,
    async migrate(url) {
      await query(url, 'CREATE TABLE lesson (id int); INSERT INTO lesson VALUES (7)');
    },
  });
  const database = await clone();
  expect(await query(database.url, 'SELECT id FROM lesson')).toEqual([{ id: 7 }]);
  await database.drop();
});
