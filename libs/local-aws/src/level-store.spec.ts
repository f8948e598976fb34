import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { levelStore } from './level-store.ts';
import { memoryStore } from './memory-store.ts';
import type { DurableStore } from './ports.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'level-store-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const entries = async (store: DurableStore, from: string, to: string, limit?: number) => {
  const found: Array<readonly [string, string]> = [];
  for await (const entry of store.range(from, to, limit)) found.push(entry);
  return found;
};

test.each([
  ['on disk', () => levelStore(folder)],
  ['in memory', () => Promise.resolve(memoryStore())],
])('a store %s keeps the last value of a key and ranges in order, without the end', async (_where, open) => {
  const store = await open();
  await store.batch([
    { put: 'b', value: '2' },
    { put: 'a', value: '1' },
    { put: 'c', value: '3' },
  ]);
  await store.batch([{ put: 'a', value: '1b' }, { del: 'b' }, { put: 'b', value: '2b' }]);
  await store.batch([{ put: 'gone', value: 'x' }, { del: 'gone' }]);
  expect(await store.get('a')).toBe('1b');
  expect(await store.get('gone')).toBeUndefined();
  expect(await entries(store, 'a', 'c')).toEqual([
    ['a', '1b'],
    ['b', '2b'],
  ]);
  expect(await entries(store, 'a', 'z', 1)).toEqual([['a', '1b']]);
  await store.close();
});

test('concurrent batches share one synced write, and closing waits for it', async () => {
  const write = vi.spyOn(ClassicLevel.prototype, 'batch');
  const store = await levelStore(folder);
  const batches = Array.from({ length: 50 }, (_, index) => store.batch([{ put: `k${index}`, value: 'v' }]));
  await store.close();
  await Promise.all(batches);
  expect(write.mock.calls).toHaveLength(1);
  expect(write.mock.calls[0]).toMatchObject([{ length: 50 }, { sync: true }]);
  const again = await levelStore(folder);
  expect(await entries(again, 'k', 'l')).toHaveLength(50);
  await again.close();
});
