import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** The private Ed25519 key kept in `file`, made when there is none; only its owner can read it. `kid` is the thumbprint unless given. */
export async function installationKey(file: string, kid?: string): Promise<JWK> {
  return (await readKey(file)) ?? (await keepKey(file, kid));
}

async function readKey(file: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    if (error instanceof SyntaxError)
      throw new Error(`${file} is not a key; delete it and the next start makes a new one`, { cause: error });
    throw error;
  }
}

/** Of two processes that make a key at the same time, the second takes the first one's. */
async function keepKey(file: string, kid: string | undefined): Promise<JWK> {
  const key = await makeKey(kid);
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, JSON.stringify(key), { mode: 0o600, flag: 'wx' });
    return key;
  } catch (error) {
    const kept = isCode(error, 'EEXIST') ? await readKey(file) : undefined;
    if (kept === undefined) throw error;
    return kept;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function makeKey(kid: string | undefined): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: 'EdDSA', use: 'sig', kid: kid ?? (await calculateJwkThumbprint(jwk)) };
}
