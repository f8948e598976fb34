import { generateKeyPair, exportJWK } from 'jose';
import type { EdgeTokens } from './edge-tokens.ts';

/** Tokens that would open everything if their one fault went unnoticed, by that fault. */
export async function badTokens(tokens: EdgeTokens, service: string, superadminId: string): Promise<Record<string, string>> {
  const claims = { sub: superadminId, role: 'superadmin', duties: [] };
  const now = Math.floor(Date.now() / 1000);
  const good = await tokens.sign(claims);
  const [head = '', payload = '', signature = ''] = good.split('.');
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { privateKey: stranger, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const other = service === 'user-service' ? 'payment-service' : 'user-service';
  return {
    'without a signature': `${part({ alg: 'none' })}.${payload}.`,
    'signed with the public key': await tokens.sign(
      claims,
      { alg: 'HS256' },
      new TextEncoder().encode(JSON.stringify(tokens.publicJwk)),
    ),
    'of an unknown key': await tokens.sign(claims, { kid: 'key-2' }),
    'signed by a stranger': await tokens.sign(claims, {}, stranger),
    'that brings its key': await tokens.sign(claims, { jwk: await exportJWK(publicKey) }, stranger),
    'that says where its key is': await tokens.sign(claims, { jku: 'http://127.0.0.1:1/keys' }, stranger),
    'of another issuer': await tokens.sign({ ...claims, iss: 'https://elsewhere.test' }),
    'for another audience': await tokens.sign({ ...claims, aud: 'elsewhere' }),
    'for refreshing': await tokens.sign({ ...claims, token_use: 'refresh' }),
    'for identifying': await tokens.sign({ ...claims, token_use: 'id' }),
    'of a service, by the issuer of users': await tokens.sign({ sub: 'admin-service', token_use: 'service' }),
    'that has expired': await tokens.sign({ ...claims, exp: now - 61 }),
    'that is not valid yet': await tokens.sign({ ...claims, nbf: now + 61 }),
    'that never expires': await tokens.sign({ ...claims, exp: undefined }),
    'that does not say when it was issued': await tokens.sign({ ...claims, iat: undefined }),
    'that was issued too long ago': await tokens.sign({ ...claims, iat: now - 13 * 3_600 }),
    'with an unknown critical header': `${part({ alg: 'EdDSA', kid: 'key-1', crit: ['x'], x: 1 })}.${payload}.${signature}`,
    'whose claims were changed': `${head}.${part({ ...claims, iss: 'https://identity.test', aud: 'edtech', exp: now + 60, iat: now, token_use: 'access' })}.${signature}`,
    'that is cut off': good.slice(0, -6),
    'of a service for another one': await tokens.service('admin-service', other),
    'that is none': 'abc',
  };
}
