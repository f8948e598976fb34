import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskDocumentStore } from './disk-document-store.ts';

const ada = '0b9d3f1c-0000-4000-8000-000000000001';
const bob = '0b9d3f1c-0000-4000-8000-000000000002';
const hash = 'a'.repeat(64);
const bytes = Buffer.from('%PDF-1.7');
let folder: string;
let documents: DiskDocumentStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'documents-'));
  documents = new DiskDocumentStore(join(folder, 'store'));
});
afterEach(() => rm(folder, { recursive: true }));

test('bytes come back as they were put, however often they were put, and leave no temporary file', async () => {
  await Promise.all([documents.put(ada, hash, bytes), documents.put(ada, hash, bytes)]);
  await documents.put(ada, hash, bytes);
  expect(Buffer.from(await documents.get(ada, hash))).toEqual(bytes);
  expect(await readdir(join(folder, 'store', ada))).toEqual([hash]);
});

test('a failed put leaves nothing behind', async () => {
  const inTheWay = join(folder, 'store', ada, hash);
  await mkdir(join(inTheWay, 'something'), { recursive: true });
  await expect(documents.put(ada, hash, bytes)).rejects.toThrow('rename');
  expect(await readdir(join(folder, 'store', ada))).toEqual([hash]);
});

test('what one tutor removes another one keeps', async () => {
  for (const tutor of [ada, bob]) await documents.put(tutor, hash, bytes);
  await documents.remove(ada, hash);
  await documents.remove(ada, hash);
  await expect(documents.get(ada, hash)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await documents.get(bob, hash)).toBeDefined();
});

test('all documents of a tutor are removed, once or twice', async () => {
  await documents.put(ada, hash, bytes);
  await documents.put(bob, hash, bytes);
  await documents.removeAll(ada);
  await documents.removeAll(ada);
  expect(await readdir(join(folder, 'store'))).toEqual([bob]);
});

test('a name cannot lead out of the folder', async () => {
  await expect(documents.put('../..', hash, bytes)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(documents.get(ada, '../secret')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
