import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import './load-dynalite.ts';
import { SyncedLevel } from './synced-level.ts';

let level: SyncedLevel;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synced-level-'));
  level = new SyncedLevel(folder, { valueEncoding: 'json' });
  await level.open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await level.shutDown();
  await rm(folder, { recursive: true });
});

test('an item and the index entries before it are one synced write', async () => {
  const write = vi.spyOn(ClassicLevel.prototype, 'batch');
  await level.del('index-global~t~pending~old');
  await level.put('index-global~t~pending~new', { PK: 'a' });
  await level.put('item-t~a', { PK: 'a' });
  expect(write.mock.calls).toHaveLength(1);
  expect(write.mock.calls[0]).toMatchObject([
    [{ key: 'index-global~t~pending~old' }, { key: 'index-global~t~pending~new' }, { key: 'item-t~a' }],
    { sync: true },
  ]);
  expect(await level.get('item-t~a')).toEqual({ PK: 'a' });
});

test('an index entry without an item is written on its own after a moment', async () => {
  await level.put('index-global~t~pending~lonely', { PK: 'a' });
  await expect.poll(() => level.get('index-global~t~pending~lonely'), { timeout: 2_000 }).toEqual({ PK: 'a' });
});

test('only dynalite gets this LevelDB; others who load the package get the original', () => {
  const require = createRequire(import.meta.url);
  const loaded: { Level: unknown } = createRequire(require.resolve('dynalite'))('level');
  expect(loaded.Level).toBe(ClassicLevel);
});
