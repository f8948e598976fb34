import { hash, randomBytes } from 'node:crypto';
import { Secrets } from '../../application/interfaces/secrets.ts';

/** 256 bits of chance: what cannot be guessed needs no slow hash. */
export class RandomSecrets extends Secrets {
  next(): { secret: string; hash: string } {
    const secret = randomBytes(32).toString('base64url');
    return { secret, hash: this.hashOf(secret) };
  }

  hashOf(secret: string): string {
    return hash('sha256', secret);
  }
}
