import { once } from 'node:events';
import { createServer } from 'node:http';
import { AUDIENCE, DEVELOPMENT_ISSUER } from '@edtech/platform';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

interface TokenRequest {
  readonly userId: string;
  readonly role: 'student' | 'tutor' | 'admin' | 'superadmin';
}

const GOOD_FOR_SECONDS = 8 * 3_600;

/** Mints tokens for services under test that run without identity-service. Its key lives as long as the test. */
export class TestIssuer {
  private constructor(
    private readonly privateKey: CryptoKey,
    private readonly publicKey: JWK,
  ) {}

  static async open(): Promise<TestIssuer> {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new TestIssuer(privateKey, { ...jwk, alg: 'EdDSA', use: 'sig', kid: await calculateJwkThumbprint(jwk) });
  }

  /** For a service whose clock is wrong by so much. */
  async mint({ userId, role }: TokenRequest, clockOffsetMs = 0): Promise<string> {
    const now = Math.floor((Date.now() + clockOffsetMs) / 1_000);
    return new SignJWT({ role, duties: [], tutor_verified: false, token_use: 'access' })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.publicKey.kid ?? '' })
      .setSubject(userId)
      .setIssuer(DEVELOPMENT_ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + GOOD_FOR_SECONDS)
      .sign(this.privateKey);
  }

  /** Serves the public key on a loopback port. */
  async serveKeys(): Promise<{ url: string; close(): Promise<void> }> {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [this.publicKey] }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return {
      url: `http://127.0.0.1:${port}/.well-known/jwks.json`,
      close: async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }
}
