import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { AUDIENCE, DEVELOPMENT_ISSUER, DevelopmentIssuer } from './development-issuer.ts';

const USER = '5f0c6a3e-6f0c-4f44-9d7c-2b7f6a1f0d11';
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'issuer-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
});

test('the issuer is refused in production, and no key is made', async () => {
  await expect(DevelopmentIssuer.open(dataDir, true)).rejects.toThrow(/NODE_ENV=production.*JWKS_URL/);
  expect(await readdir(dataDir)).toEqual([]);
  await DevelopmentIssuer.open(dataDir, false);
  expect(await readdir(dataDir)).toEqual(['issuer']);
});

test('the key belongs to its owner alone', async () => {
  await DevelopmentIssuer.open(dataDir, false);
  const { mode } = await stat(join(dataDir, 'issuer', 'key.json'));
  expect(mode & 0o777).toBe(0o600);
});

test('a token verifies against the served keys, which hold nothing private, also after the next start', async () => {
  const issuer = await DevelopmentIssuer.open(dataDir, false);
  const keys = await issuer.serveKeys(0);
  onTestFinished(() => keys.close());
  const later = await DevelopmentIssuer.open(dataDir, false);
  for (const token of [
    await issuer.mint({ userId: USER, role: 'admin', duties: ['support'] }),
    await later.mint({ userId: USER, role: 'admin', duties: ['support'] }),
  ]) {
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys.url)), {
      issuer: DEVELOPMENT_ISSUER,
      audience: AUDIENCE,
    });
    expect(payload).toMatchObject({ sub: USER, role: 'admin', duties: ['support'], token_use: 'access' });
  }
  const served = await (await fetch(keys.url)).text();
  expect(served).toContain('"x"');
  expect(served).not.toContain('"d"');
});

test('two processes that start at the same time use one key', async () => {
  const [one, other] = await Promise.all([DevelopmentIssuer.open(dataDir, false), DevelopmentIssuer.open(dataDir, false)]);
  const keys = await one.serveKeys(0);
  onTestFinished(() => keys.close());
  const token = await other.mint({ userId: USER, role: 'student' });
  await expect(jwtVerify(token, createRemoteJWKSet(new URL(keys.url)))).resolves.toMatchObject({ payload: { sub: USER } });
});

test('a damaged key is named, not replaced', async () => {
  await DevelopmentIssuer.open(dataDir, false);
  const file = join(dataDir, 'issuer', 'key.json');
  await writeFile(file, '{"kty":');
  await expect(DevelopmentIssuer.open(dataDir, false)).rejects.toThrow(`${file} is not a key; delete it`);
});
