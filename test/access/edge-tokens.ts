import { once } from 'node:events';
import { createServer } from 'node:http';
import { ServiceTokens } from '@edtech/shared-kernel';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export const ISSUER = 'https://identity.test';
export const AUDIENCE = 'edtech';

export interface Caller {
  readonly id: string;
  readonly role: string;
  readonly duties?: readonly string[];
  /** Seconds since the epoch, to the millisecond; now if absent. */
  readonly issuedAt?: number;
}

/** Issues access tokens as identity-service does and gives each service a key of its own. */
export class EdgeTokens {
  private constructor(
    readonly jwksUrl: string,
    readonly privateKey: CryptoKey,
    readonly publicJwk: JWK,
    readonly serviceKeys: ReadonlyMap<string, JWK>,
    readonly close: () => Promise<void>,
  ) {}

  static async open(services: readonly string[]): Promise<EdgeTokens> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA');
    const publicJwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'EdDSA', use: 'sig' };
    const serviceKeys = services.map(async (kid) => {
      const pair = await generateKeyPair('EdDSA', { extractable: true });
      return [kid, { ...(await exportJWK(pair.privateKey)), kid }] as const;
    });
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [publicJwk] }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new EdgeTokens(
      `http://127.0.0.1:${port}/jwks.json`,
      privateKey,
      publicJwk,
      new Map(await Promise.all(serviceKeys)),
      async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    );
  }

  user({ id, role, duties = [], issuedAt = Date.now() / 1000 }: Caller): Promise<string> {
    return this.sign({ sub: id, role, duties: [...duties], iat: issuedAt, exp: Math.floor(issuedAt) + 3_600 });
  }

  /** An access token with these claims instead of its own; undefined leaves one out. */
  sign(
    claims: Record<string, unknown>,
    header: Record<string, unknown> = {},
    key: CryptoKey | Uint8Array = this.privateKey,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: ISSUER, aud: AUDIENCE, token_use: 'access', iat: now, exp: now + 3_600, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'key-1', ...header })
      .sign(key);
  }

  service(from: string, to: string): Promise<string> {
    return new ServiceTokens(from, this.serviceKeys.get(from) ?? {}).mint(to);
  }

  /** For `SERVICE_KEYS`. */
  get publicServiceKeys(): string {
    const keys = [...this.serviceKeys.values()].map((key) => {
      const { d: _, ...publicKey } = key;
      return publicKey;
    });
    return JSON.stringify({ keys });
  }
}
