import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AuditSeal } from '../../application/interfaces/audit-seal.interface.ts';
import type { Checkpoint } from '../../domain/entities/audit-checkpoint.entity.ts';

interface Key {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Signs with a key in a file (PKCS 8, PEM), which is made on first use where that is allowed. */
export class Ed25519AuditSeal extends AuditSeal {
  #key: Promise<Key> | undefined;

  constructor(
    private readonly path: string,
    private readonly mayMakeKey: boolean,
  ) {
    super();
  }

  async sign(seq: number, rootHash: string): Promise<Checkpoint> {
    const { id: keyId, privateKey } = await this.#own();
    return { seq, rootHash, keyId, signature: sign(null, statement(seq, rootHash), privateKey).toString('base64url') };
  }

  async isGenuine({ seq, rootHash, keyId, signature }: Checkpoint): Promise<boolean> {
    const { id, publicKey } = await this.#own();
    return keyId === id && verify(null, statement(seq, rootHash), publicKey, Buffer.from(signature, 'base64url'));
  }

  #own(): Promise<Key> {
    this.#key ??= this.#load().catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }

  async #load(): Promise<Key> {
    const privateKey = createPrivateKey((await readIfThere(this.path)) ?? (await this.#make()));
    const publicKey = createPublicKey(privateKey);
    const id = createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url');
    return { id, privateKey, publicKey };
  }

  /** Of two processes that make a key at the same time, the second takes the first one's. */
  async #make(): Promise<string> {
    if (!this.mayMakeKey) throw new AuditKeyMissing(this.path);
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await mkdir(dirname(this.path), { recursive: true });
    try {
      await writeFile(this.path, pem, { mode: 0o600, flag: 'wx' });
      return pem;
    } catch (error) {
      const first = await readIfThere(this.path);
      if (first === undefined) throw error;
      return first;
    }
  }
}

export class AuditKeyMissing extends Error {
  readonly code = 'AUDIT_KEY_MISSING';

  constructor(readonly path: string) {
    super(`${path} (ADMIN_AUDIT_KEY) is missing; in production the key that signs the audit is not made up, give it one`);
    this.name = 'AuditKeyMissing';
  }
}

function statement(seq: number, rootHash: string): Buffer {
  return Buffer.from(`edtech audit checkpoint\n${seq}\n${rootHash}\n`);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
