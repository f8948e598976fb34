import { createServer } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JwtVerifier } from '../../src/infrastructure/http/jwt-verifier.ts';
import { AUDIENCE, ISSUER, tokenIssuer, type TokenIssuer } from './token-issuer.fixture.ts';

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await tokenIssuer();
});
afterAll(() => issuer.close());

const verifier = (jwksUrl = issuer.jwksUrl) =>
  new JwtVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl }, { isRevoked: () => false });
const claims = { sub: 'u-1', token_use: 'access', role: 'tutor' };
const now = () => Math.floor(Date.now() / 1000);

describe('a token', () => {
  test('speaks for its subject', async () => {
    const token = await issuer.sign({ ...claims, duties: ['finance'], tutor_verified: true });
    expect(await verifier().verify(token)).toEqual({
      id: 'u-1',
      type: 'user',
      role: 'tutor',
      duties: ['finance'],
      tutorVerified: true,
    });
    expect(await verifier().verify(await issuer.sign({ ...claims, exp: now() - 10 }))).toMatchObject({ id: 'u-1' });
  });

  test('is worth nothing when anything about it is wrong', async () => {
    const stranger = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = await exportJWK(stranger.publicKey);
    const good = await issuer.sign(claims);
    const [head = '', body = '', signature = ''] = good.split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const publicKey = new TextEncoder().encode(await (await fetch(issuer.jwksUrl)).text());
    const pem = new TextEncoder().encode(await exportSPKI(stranger.publicKey));
    const bad: Record<string, string> = {
      'no algorithm': `${encode({ alg: 'none' })}.${body}.`,
      'HS256 with the public key': await issuer.sign(claims, { alg: 'HS256', key: publicKey }),
      'HS256 with a PEM': await issuer.sign(claims, { alg: 'HS256', key: pem }),
      'published key of another algorithm': await issuer.sign(claims, {
        alg: 'ES256',
        key: issuer.ellipticKey,
        header: { kid: 'key-es' },
      }),
      'foreign key': await issuer.sign(claims, { key: stranger.privateKey }),
      'unknown kid': await issuer.sign(claims, { header: { kid: 'key-2' } }),
      'own key in the header': await issuer.sign(claims, { key: stranger.privateKey, header: { jwk } }),
      'own key address': await issuer.sign(claims, { key: stranger.privateKey, header: { jku: 'http://127.0.0.1:1/keys' } }),
      'unknown critical header': `${encode({ alg: 'EdDSA', kid: 'key-1', crit: ['x'], x: 1 })}.${body}.${signature}`,
      'foreign issuer': await issuer.sign({ ...claims, iss: 'https://evil.test' }),
      'foreign audience': await issuer.sign({ ...claims, aud: 'other' }),
      expired: await issuer.sign({ ...claims, exp: now() - 61 }),
      'not yet valid': await issuer.sign({ ...claims, nbf: now() + 61 }),
      'without expiry': await issuer.sign({ ...claims, exp: undefined }),
      'without time of issue': await issuer.sign({ ...claims, iat: undefined }),
      'older than any token may be': await issuer.sign({ ...claims, iat: now() - 12 * 3_600 - 61 }),
      'issued in the future': await issuer.sign({ ...claims, iat: now() + 61 }),
      'refresh token': await issuer.sign({ ...claims, token_use: 'refresh' }),
      'id token': await issuer.sign({ ...claims, token_use: 'id' }),
      'service token of the issuer of users': await issuer.sign({ sub: 'payment-service', token_use: 'service' }),
      'without use': await issuer.sign({ ...claims, token_use: undefined }),
      'without subject': await issuer.sign({ ...claims, sub: undefined }),
      'without role': await issuer.sign({ ...claims, role: undefined }),
      'changed payload': `${head}.${encode({ ...claims, iss: ISSUER, aud: AUDIENCE, exp: now() + 60, role: 'superadmin' })}.${signature}`,
      truncated: good.slice(0, -5),
      nonsense: 'abc',
    };
    const judge = verifier();
    expect(await judge.verify(good)).toMatchObject({ id: 'u-1' });
    for (const [what, token] of Object.entries(bad)) {
      const verdict = await Promise.resolve()
        .then(() => judge.verify(token))
        .then(
          () => 'accepted',
          (error: unknown) => error,
        );
      expect(verdict, what).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  test('that passed is not checked again, but never outlives its expiry', async () => {
    const judge = verifier();
    const token = await issuer.sign({ ...claims, exp: now() + 2 });
    const first = await judge.verify(token);
    expect(judge.verify(token)).toBe(first);
    const late = await issuer.sign({ ...claims, exp: now() - 29 });
    expect(await judge.verify(late)).toMatchObject({ id: 'u-1' });
    expect(judge.verify(late)).toBeInstanceOf(Promise);
    await expect(new Promise((resolve) => setTimeout(resolve, 2_000)).then(() => judge.verify(late))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('the keys', () => {
  test('are fetched once for many tokens, and tokens with unknown keys do not make us fetch again and again', async () => {
    const judge = verifier();
    const before = issuer.fetches;
    await Promise.all(Array.from({ length: 20 }, async (_, n) => judge.verify(await issuer.sign({ ...claims, sub: `u-${n}` }))));
    for (let n = 0; n < 10; n++) {
      const token = await issuer.sign(claims, { header: { kid: `guess-${n}` } });
      await expect(judge.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect(issuer.fetches - before).toBe(1);
  });

  test('that cannot be fetched make us unavailable, not the caller unknown, until they are back', async () => {
    const judge = verifier();
    const token = await issuer.sign(claims);
    issuer.failing = true;
    await expect(judge.verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    issuer.failing = false;
    expect(await judge.verify(token)).toMatchObject({ id: 'u-1' });

    const closed = createServer();
    const port = await new Promise<number>((resolve) => {
      closed.listen(0, '127.0.0.1', () => {
        const address = closed.address();
        closed.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
    await expect(verifier(`http://127.0.0.1:${port}/`).verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
