import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet, type JWK } from 'jose';
import { ServiceTokens } from '../../src/infrastructure/http/service-tokens.ts';
import type { Actor } from '../../src/domain/actor.ts';

export const ISSUER = 'https://identity.test';
export const AUDIENCE = 'edtech';

export interface TokenIssuer {
  readonly jwksUrl: string;
  readonly fetches: number;
  /** Answers 500 instead of keys. */
  failing: boolean;
  readonly key: CryptoKey;
  /** Published too, but of an algorithm nobody may use. */
  readonly ellipticKey: CryptoKey;
  sign(claims: Record<string, unknown>, options?: SignOptions): Promise<string>;
  user(id: string, role: string, duties?: string[]): Promise<string>;
  /** What the service of that name sends to lamp-service. */
  service(name: string, onBehalfOf?: Actor): Promise<string>;
  readonly serviceKey: JWK;
  readonly serviceKeys: JSONWebKeySet;
  close(): Promise<void>;
}

export interface SignOptions {
  readonly key?: CryptoKey | Uint8Array;
  readonly header?: Record<string, unknown>;
  readonly alg?: string;
}

/** Issues tokens and publishes the keys to check them with, as identity-service does. */
export async function tokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'EdDSA', use: 'sig' };
  const elliptic = await generateKeyPair('ES256');
  const ellipticJwk = { ...(await exportJWK(elliptic.publicKey)), kid: 'key-es', alg: 'ES256', use: 'sig' };
  const ofService = await generateKeyPair('EdDSA', { extractable: true });
  const serviceKey = { ...(await exportJWK(ofService.privateKey)), kid: 'payment-service' };
  const serviceKeys = { keys: [{ ...(await exportJWK(ofService.publicKey)), kid: 'payment-service', alg: 'EdDSA' }] };
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches++;
    if (issuer.failing) response.writeHead(500).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk, ellipticJwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const issuer: TokenIssuer = {
    jwksUrl: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    get fetches() {
      return fetches;
    },
    failing: false,
    key: privateKey,
    ellipticKey: elliptic.privateKey,
    sign: (claims, { key = privateKey, header = {}, alg = 'EdDSA' } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 600, ...claims })
        .setProtectedHeader({ alg, kid: 'key-1', ...header })
        .sign(key);
    },
    user: (id, role, duties = []) => issuer.sign({ sub: id, token_use: 'access', role, duties }),
    service: (name, onBehalfOf) => new ServiceTokens(name, serviceKey).mint('lamp-service', onBehalfOf),
    serviceKey,
    serviceKeys,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return issuer;
}
