import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts private keys for the database (AES-256-GCM), so that a copy of the database signs no tokens. */
export class KeyVault {
  /** Names the key without giving it away. */
  readonly id: string;

  /** Throws an Error unless `key` has 32 bytes. */
  constructor(private readonly key: Buffer) {
    if (key.length !== KEY_BYTES) throw new Error(`a key-encryption key has ${KEY_BYTES} bytes, this one has ${key.length}`);
    this.id = hash('sha256', Buffer.concat([Buffer.from('edtech key-encryption key'), key])).slice(0, 16);
  }

  /** The key of this installation, made at the first start and readable by its owner alone. For development: production brings its own. */
  static inFolder(folder: string): KeyVault {
    const file = join(folder, 'key-encryption.key');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    return new KeyVault(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64'));
  }

  seal(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** Throws when it was sealed with another key or changed since. */
  open(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }
}
