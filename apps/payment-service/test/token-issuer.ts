import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { SERVICE_ISSUER } from '@edtech/shared-kernel';

export const ISSUER = 'https://identity.test';
export const AUDIENCE = 'edtech';

export interface TokenIssuer {
  readonly jwksUrl: string;
  user(id: string, role: string, duties?: readonly string[]): string;
  /** What matching-, user- or admin-service sends to this service. */
  service(name: string): string;
  /** For `SERVICE_KEYS`. */
  readonly serviceKeys: string;
  close(): Promise<void>;
}

/** Issues tokens and publishes the key to check them with, as identity-service does. */
export async function tokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'EdDSA', use: 'sig' }];
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ofServices = generateKeyPairSync('ed25519');
  const names = ['matching-service', 'user-service', 'admin-service'];
  const serviceKeys = JSON.stringify({ keys: names.map((kid) => ({ ...ofServices.publicKey.export({ format: 'jwk' }), kid })) });
  const issue = (claims: object, kid = 'key-1', key = privateKey): string => {
    const iat = Math.floor(Date.now() / 1000);
    const parts = [
      { alg: 'EdDSA', kid },
      { iss: ISSUER, aud: AUDIENCE, iat, exp: iat + 600, ...claims },
    ];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  };
  return {
    jwksUrl: `http://127.0.0.1:${port}/jwks.json`,
    user: (id, role, duties = []) => issue({ sub: id, token_use: 'access', role, duties }),
    service: (name) =>
      issue({ iss: SERVICE_ISSUER, aud: 'payment-service', sub: name, token_use: 'service' }, name, ofServices.privateKey),
    serviceKeys,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
