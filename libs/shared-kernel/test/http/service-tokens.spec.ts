import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inMessageContext } from '../../src/application/message-context.ts';
import { ServiceClient } from '../../src/infrastructure/http/service-client.ts';
import { ServiceClients } from '../../src/infrastructure/http/service-clients.ts';
import { BearerTokens, ServiceTokenVerifier } from '../../src/infrastructure/http/service-token-verifier.ts';
import { SERVICE_ISSUER, ServiceTokens } from '../../src/infrastructure/http/service-tokens.ts';

interface ServiceKey {
  readonly privateKey: JWK;
  readonly publicKey: JWK;
}

async function keyOf(kid: string): Promise<ServiceKey> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  return {
    privateKey: { ...(await exportJWK(privateKey)), kid },
    publicKey: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' },
  };
}

let user: ServiceKey;
let admin: ServiceKey;
let verifier: BearerTokens;
beforeAll(async () => {
  user = await keyOf('user-service');
  admin = await keyOf('admin-service/2026-11');
  const never = { verify: () => Promise.reject(new Error('this is no token of a user')) };
  verifier = new BearerTokens(never, new ServiceTokenVerifier({ keys: [user.publicKey, admin.publicKey] }, 'payment-service'));
});

describe('the token of a service', () => {
  test('speaks for the service that signed it and names who made it call', async () => {
    const person = { id: 'u-1', type: 'user', role: 'student' } as const;
    expect(
      await verifier.verify(await new ServiceTokens('user-service', user.privateKey).mint('payment-service', person)),
    ).toEqual({
      id: 'user-service',
      type: 'service',
      duties: [],
      tutorVerified: false,
      onBehalfOf: person,
    });
    const token = await new ServiceTokens('admin-service', admin.privateKey).mint('payment-service');
    expect(await verifier.verify(token)).toEqual({ id: 'admin-service', type: 'service', duties: [], tutorVerified: false });
  });

  test('is worth nothing when anything about it is wrong', async () => {
    const now = Math.floor(Date.now() / 1000);
    const { privateKey: stranger } = await generateKeyPair('EdDSA');
    const own = await crypto.subtle.importKey('jwk', user.privateKey, 'Ed25519', false, ['sign']);
    const claims = {
      sub: 'user-service',
      aud: 'payment-service',
      iss: SERVICE_ISSUER,
      token_use: 'service',
      iat: now,
      exp: now + 60,
    };
    const sign = (changed: object, key = own, kid = 'user-service') =>
      new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key);
    expect(await verifier.verify(await sign({}))).toMatchObject({ id: 'user-service' });
    const bad: Record<string, string> = {
      'in the name of another service': await sign({ sub: 'admin-service' }),
      'in the name of a longer service': await sign({ sub: 'user-service-2' }),
      'for another service': await sign({ aud: 'tutor-service' }),
      'of a stranger': await sign({}, stranger),
      'with the mark of another key': await sign({}, own, 'admin-service/2026-11'),
      'of no known key': await sign({}, own, 'matching-service'),
      expired: await sign({ exp: now - 31 }),
      'old, however late it expires': await sign({ iat: now - 200, exp: now + 9_000 }),
      'without time of issue': await sign({ iat: undefined }),
      'without expiry': await sign({ exp: undefined }),
      'for access': await sign({ token_use: 'access', role: 'superadmin' }),
      'with an actor of no kind': await sign({ actor: { id: 'x', type: 'god' } }),
    };
    for (const [what, token] of Object.entries(bad)) {
      await expect(verifier.verify(token), what).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });
});

describe('the client of a service', () => {
  const seen: IncomingMessage[] = [];
  let answer: { status: number; text: string; afterMs?: number } = { status: 200, text: '{}' };
  const server = createServer((request, response) => {
    seen.push(request);
    const { status, text, afterMs = 0 } = answer;
    setTimeout(() => {
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(text);
    }, afterMs);
  });
  let client: ServiceClient;
  let baseUrl: string;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const tokens = new ServiceTokens('user-service', user.privateKey);
    client = new ServiceClient({ service: 'payment-service', baseUrl, tokens, timeoutMs: 300 });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const items = z.object({ items: z.number() });

  test('sends its token, the correlation and the trace, and reads what it knows', async () => {
    answer = { status: 200, text: '{"items":3,"more":true}' };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const context = { messageId: 'm-1', correlationId: 'corr-12345', actor: { id: 'u-1', type: 'user' }, traceparent } as const;
    expect(await inMessageContext(context, () => client.get('/internal/items', items))).toEqual({ items: 3 });
    const headers = seen.at(-1)?.headers ?? {};
    const url = seen.at(-1)?.url;
    expect([url, headers['x-correlation-id'], headers.traceparent]).toEqual(['/internal/items', 'corr-12345', traceparent]);
    const token = String(headers.authorization).replace('Bearer ', '');
    expect(await verifier.verify(token)).toMatchObject({ id: 'user-service', onBehalfOf: { id: 'u-1', type: 'user' } });
    expect(await client.post('/internal/items', { a: 1 }, items)).toEqual({ items: 3 });
  });

  test('tells a refusal with its reason from an outage', async () => {
    answer = { status: 404, text: '{"code":"NOT_FOUND","detail":"there is none"}' };
    await expect(client.get('/', items)).rejects.toMatchObject({ name: 'ServiceRefused', status: 404, code: 'NOT_FOUND' });
    answer = { status: 403, text: '<html>' };
    await expect(client.get('/', items)).rejects.toMatchObject({ name: 'ServiceRefused', code: 'UNKNOWN' });
    answer = { status: 200, text: '{"items":"three"}' };
    await expect(client.get('/', items)).rejects.toMatchObject({ code: 'UNREADABLE_ANSWER' });
    const outages = [
      { status: 500, text: '' },
      { status: 503, text: '' },
      { status: 429, text: '' },
      { status: 302, text: '' },
    ];
    for (const outage of [...outages, { status: 200, text: '{"items":1}', afterMs: 900 }]) {
      answer = outage;
      await expect(client.get('/', items), JSON.stringify(outage)).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    }
    const tokens = new ServiceTokens('user-service', user.privateKey);
    const nowhere = new ServiceClient({ service: 'payment-service', baseUrl: 'http://127.0.0.1:1', tokens });
    await expect(nowhere.get('/', items)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('is not made when the environment lacks the address or the key', () => {
    const tokens = new ServiceTokens('user-service', user.privateKey);
    expect(new ServiceClients(tokens, { 'payment-service': baseUrl }).to('payment-service')).toBeInstanceOf(ServiceClient);
    expect(() => new ServiceClients(tokens, {}).to('payment-service')).toThrow('PAYMENT_SERVICE_URL is missing');
    expect(() => new ServiceClients(undefined, { 'payment-service': baseUrl }).to('payment-service')).toThrow('SERVICE_KEY');
  });
});
