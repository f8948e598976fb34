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
        'the development platform and its tokens are refused when NODE_ENV=production; start the services themselves (apps/*/dist/main.js) with JWKS_URL and JWT_ISSUER of your identity provider',
      );
    const folder = join(dataDir, 'issuer');
    const file = join(folder, 'key.json');
    const privateKey = (await readKey(file)) ?? (await keepKey(folder, file));
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
async function keepKey(folder: string, file: string): Promise<JWK> {
  const key = await makeKey();
  await mkdir(folder, { recursive: true });
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

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: 'EdDSA', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}
