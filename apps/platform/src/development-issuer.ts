import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import Fastify from 'fastify';

/** Services refuse this issuer when NODE_ENV is production. */
export const DEVELOPMENT_ISSUER = 'urn:edtech:development-issuer';
export const AUDIENCE = 'edtech';

export interface TokenRequest {
  readonly userId: string;
  readonly role: 'student' | 'tutor' | 'admin' | 'superadmin' | 'service';
  readonly duties?: readonly string[];
  readonly tutorVerified?: boolean;
}

/** Mints access tokens until identity-service does. The key is made once per installation and stays in its data folder. */
export class DevelopmentIssuer {
  private constructor(
    private readonly privateKey: JWK,
    private readonly publicKey: JWK,
  ) {}

  /** Throws when NODE_ENV is production: tokens for the asking have no place there. */
  static async open(dataDir: string, production: boolean): Promise<DevelopmentIssuer> {
    if (production)
      throw new Error(
        'the development issuer is refused when NODE_ENV=production; point JWKS_URL and JWT_ISSUER at your identity provider',
      );
    const folder = join(dataDir, 'issuer');
    const file = join(folder, 'key.json');
    const kept = await readFile(file, 'utf8').catch(() => undefined);
    const privateKey: JWK = kept === undefined ? await makeKey() : JSON.parse(kept);
    if (kept === undefined) {
      await mkdir(folder, { recursive: true });
      await writeFile(file, JSON.stringify(privateKey), { mode: 0o600 });
    }
    const { d: _, ...publicKey } = privateKey;
    return new DevelopmentIssuer(privateKey, publicKey);
  }

  async mint({ userId, role, duties = [], tutorVerified = false }: TokenRequest, expiresIn = '8h'): Promise<string> {
    const key = await importJWK(this.privateKey, 'EdDSA');
    const use = role === 'service' ? 'service' : 'access';
    return new SignJWT({ role, duties, tutor_verified: tutorVerified, token_use: use })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.privateKey.kid ?? '' })
      .setSubject(userId)
      .setIssuer(DEVELOPMENT_ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(expiresIn)
      .sign(key);
  }

  /** Serves the public key on a loopback port. */
  async serveKeys(port: number): Promise<{ url: string; close(): Promise<void> }> {
    const app = Fastify();
    app.get('/.well-known/jwks.json', () => ({ keys: [this.publicKey] }));
    const address = await app.listen({ host: '127.0.0.1', port });
    return { url: `${address}/.well-known/jwks.json`, close: () => app.close() };
  }
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: 'EdDSA', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}
