import { join } from 'node:path';
import { importJWK, SignJWT, type JWK } from 'jose';
import Fastify from 'fastify';
import { installationKey } from './installation-key.ts';

/** Services refuse this issuer when NODE_ENV is production. */
export const DEVELOPMENT_ISSUER = 'urn:edtech:development-issuer';
export const AUDIENCE = 'edtech';

export interface TokenRequest {
  readonly userId: string;
  readonly role: 'student' | 'tutor' | 'admin' | 'superadmin';
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
    const privateKey = await installationKey(join(dataDir, 'issuer', 'key.json'));
    const { d: _, ...publicKey } = privateKey;
    return new DevelopmentIssuer(privateKey, publicKey);
  }

  async mint({ userId, role, duties = [], tutorVerified = false }: TokenRequest, expiresIn = '8h'): Promise<string> {
    const key = await importJWK(this.privateKey, 'EdDSA');
    return new SignJWT({ role, duties, tutor_verified: tutorVerified, token_use: 'access' })
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
