import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edtechCommand } from '../src/edtech-command.ts';

/** Written by the first release: files that people have kept must stay readable. */
const RELEASED = join(import.meta.dirname, 'released-audit.ndjson');
const ROOT = 'e81625a76be0c0a736c24d9223dbd8f5e3f7078a5c513e8c92ab30975eda7d9f';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-verify-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const run = (...args: string[]): Promise<Told> => runOn(folder, ...args);
async function runOn(dataDir: string, ...args: string[]): Promise<Told> {
  const said = { out: '', err: '' };
  const code = await edtechCommand(args, {
    env: { EDTECH_DATA: dataDir },
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    isTerminal: false,
  });
  return { code, ...said };
}
async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('an audit as it was exported: how many entries, their root, and that nothing here has signed it', async () => {
  const { code, out, err } = await run('audit', 'verify', RELEASED);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('3 entries, each as it was written, none missing and none moved');
  expect(out).toContain(ROOT);
  expect(out).toContain('no checkpoint is here');
  const { out: json } = await run('audit', 'verify', RELEASED, '--json');
  expect(JSON.parse(json)).toEqual({ ok: true, count: 3, root: ROOT, signedUpTo: 0 });
});

test('checkpoints of the installation are looked at: how far it is signed, and a chain that they contradict', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keyId = hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'base64url');
  const checkpoint = (seq: number, rootHash: string): string => {
    const signature = sign(null, Buffer.from(`edtech audit checkpoint\n${seq}\n${rootHash}\n`), privateKey).toString('base64url');
    return `${JSON.stringify({ seq, rootHash, keyId, signature, recordedAt: '2026-11-03T10:15:00.000Z' })}\n`;
  };
  const dataDir = join(folder, 'signed');
  const audit = join(dataDir, 'audit');
  await mkdir(audit, { recursive: true });
  await writeFile(join(audit, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const checkpoints = join(audit, 'checkpoints.ndjson');
  const signed = checkpoint(3, ROOT);
  await writeFile(checkpoints, signed);
  expect(await runOn(dataDir, 'audit', 'verify', RELEASED)).toMatchObject({
    code: 0,
    out: expect.stringContaining('up to entry 3 by this installation'),
  });
  const short = await file('short.ndjson', (await readFile(RELEASED, 'utf8')).replace(/.*\n$/, ''));
  expect(await runOn(dataDir, 'audit', 'verify', short)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/2 entries[^]*older than that, or/),
  });
  await writeFile(checkpoints, signed + checkpoint(3, 'another'));
  expect(await runOn(dataDir, 'audit', 'verify', RELEASED)).toMatchObject({
    code: 2,
    out: expect.stringContaining('entry 3: the chain is not'),
  });
});

test('a changed entry is named, and the exit code says that integrity is broken', async () => {
  const changed = await file(
    'changed.ndjson',
    (await readFile(RELEASED, 'utf8')).replace('"changedFields":["role"]', '"changedFields":[]'),
  );
  const { code, out } = await run('audit', 'verify', changed);
  expect([code, out]).toEqual([2, expect.stringMatching(/entry 2: the entry is not as it was written/)]);
  const { code: again, out: json } = await run('audit', 'verify', changed, '--json');
  expect([again, JSON.parse(json)]).toEqual([2, { ok: false, seq: 2, reason: 'the entry is not as it was written' }]);
});

test('what cannot be checked is no success: no file, an empty one, checkpoints that nobody can read', async () => {
  expect(await run('audit', 'verify', join(folder, 'nowhere'))).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^nothing was checked: ENOENT/),
  });
  const empty = await file('empty.ndjson', '');
  expect(await run('audit', 'verify', empty)).toMatchObject({ code: 1, err: expect.stringContaining('is empty') });
  const checkpoints = await file('checkpoints.ndjson', 'no checkpoint\n');
  const code = await edtechCommand(['audit', 'verify', RELEASED], {
    env: { ADMIN_AUDIT_CHECKPOINTS: checkpoints },
    out: () => undefined,
    err: (text) => expect(text).toContain('line 1 of'),
    isTerminal: false,
  });
  expect(code).toBe(1);
});

test.each([
  [['audit'], 'there is no command audit'],
  [['audit', 'verify'], 'audit verify takes one file'],
  [['audit', 'verify', 'a', 'b'], 'audit verify takes one file'],
  [['audit', 'verify', 'a', '--drop-unknown'], '--drop-unknown is for feed rebuild'],
  [['audit', 'verify', 'a', '--quick'], 'quick'],
])('%j is wrong usage', async (args, reason) => {
  const { code, out, err } = await run(...args);
  expect([code, out, err]).toEqual([64, '', expect.stringContaining(reason)]);
  expect(err).toContain('audit verify <file>');
});
