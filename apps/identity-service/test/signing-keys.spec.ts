import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock, UnitOfWork } from '@edtech/shared-kernel';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { DrizzleSigningKeys } from '../src/infrastructure/keys/drizzle-signing-keys.ts';
import { JoseAccessTokens } from '../src/infrastructure/keys/jose-access-tokens.ts';
import { KeyVault } from '../src/infrastructure/keys/key-vault.ts';
import { runningIdentityService, type RunningIdentityService } from './running-identity-service.ts';

class SetClock extends Clock {
  constructor(public at: number) {
    super();
  }
  now(): Date {
    return new Date(this.at);
  }
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const realm = { issuer: 'https://identity.test', audience: 'edtech' };
const claims = { userId: 'u', sessionId: 's', role: 'student', duties: [], tutorVerified: false, after: undefined } as const;

let service: RunningIdentityService;
let unitOfWork: UnitOfWork;
let clock: SetClock;
let folder: string;

beforeAll(async () => {
  service = await runningIdentityService({ ROLE: 'http' });
  unitOfWork = service.get(UnitOfWork);
  folder = await mkdtemp(join(tmpdir(), 'vault-'));
});
beforeEach(async () => {
  await service.query('DELETE FROM signing_keys');
  clock = new SetClock(Date.UTC(2026, 10, 2));
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

const keysOf = (vault: KeyVault): DrizzleSigningKeys => new DrizzleSigningKeys(unitOfWork, vault, clock);
const token = async (keys: DrizzleSigningKeys): Promise<string> => new JoseAccessTokens(keys, realm, clock).issue(claims);
const kidOf = async (keys: DrizzleSigningKeys): Promise<string> => decodeProtectedHeader(await token(keys)).kid ?? '';
const verifies = async (keys: DrizzleSigningKeys, jwt: string): Promise<boolean> =>
  jwtVerify(jwt, createLocalJWKSet({ keys: [...(await keys.published()).keys] }), { ...realm, currentDate: clock.now() }).then(
    () => true,
    () => false,
  );

describe('the keys that sign tokens', () => {
  test('change every 30 days: the next one is published before it signs, the old one as long as its tokens live', async () => {
    const keys = keysOf(KeyVault.inFolder(folder));
    await Promise.all(Array.from({ length: 5 }, () => keys.rotate()));
    expect((await keys.published()).keys).toHaveLength(1);
    const first = await kidOf(keys);
    clock.at += 30 * DAY - 1;
    await keys.rotate();
    expect((await keys.published()).keys).toHaveLength(1);
    clock.at += 1;
    await Promise.all(Array.from({ length: 5 }, () => keys.rotate()));
    expect((await keys.published()).keys).toHaveLength(2);
    expect(await kidOf(keys)).toBe(first);
    clock.at += 15 * MINUTE - 1;
    const last = await token(keys);
    clock.at += 1;
    const second = await kidOf(keys);
    expect(second).not.toBe(first);
    clock.at += 59 * MINUTE;
    await keys.rotate();
    expect(await verifies(keys, last)).toBe(true);
    expect((await keys.published()).keys.map(({ kid }) => kid)).toEqual([second, first]);
    clock.at += 61 * MINUTE;
    await keys.rotate();
    expect((await keys.published()).keys.map(({ kid }) => kid)).toEqual([second]);
    expect(await verifies(keys, await token(keys))).toBe(true);
    expect(await verifies(keys, last)).toBe(false);
  });

  test('that were made under another key-encryption key are neither published nor used', async () => {
    const development = keysOf(KeyVault.inFolder(folder));
    await development.rotate();
    const production = keysOf(new KeyVault(Buffer.alloc(32, 7)));
    expect((await production.published()).keys).toEqual([]);
    await production.rotate();
    const [ours, theirs] = [await kidOf(production), await kidOf(development)];
    expect(ours).not.toBe(theirs);
    expect((await production.published()).keys.map(({ kid }) => kid)).toEqual([ours]);
    expect((await development.published()).keys.map(({ kid }) => kid)).toEqual([theirs]);
  });

  test('are published without their private part, and stored sealed', async () => {
    const keys = keysOf(KeyVault.inFolder(folder));
    await keys.rotate();
    const answer = await service.call('GET', '/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    const [published] = (await keys.published()).keys;
    expect(published).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: expect.any(String),
      kid: expect.any(String),
      alg: 'EdDSA',
      use: 'sig',
    });
    const rows = JSON.stringify(await service.query('SELECT * FROM signing_keys'));
    expect(rows).not.toContain('"d"');
    expect(rows).not.toContain('\\"d\\"');
  });
});

test('a token is issued to the millisecond, and after the last revocation whatever the clock says', async () => {
  const keys = keysOf(KeyVault.inFolder(folder));
  await keys.rotate();
  clock.at += 400;
  const issued = async (after: Date | undefined): Promise<number> => {
    const { iat, exp } = decodeJwt(await new JoseAccessTokens(keys, realm, clock).issue({ ...claims, after }));
    expect(Number.isInteger(exp)).toBe(true);
    return Math.round(Number(iat) * 1_000);
  };
  expect(await issued(undefined)).toBe(clock.at);
  expect(await issued(new Date(clock.at - 1))).toBe(clock.at);
  expect(await issued(new Date(clock.at))).toBe(clock.at + 1);
  expect(await issued(new Date(clock.at + 5_000))).toBe(clock.at + 5_001);
});

describe('the vault', () => {
  test('keeps its key in a file that nobody else may read, and takes the one that is there', async () => {
    const vault = KeyVault.inFolder(folder);
    expect(KeyVault.inFolder(folder).open(vault.seal('secret'))).toBe('secret');
    expect((await stat(join(folder, 'key-encryption.key'))).mode & 0o777).toBe(0o600);
  });

  test('opens nothing that was sealed with another key or changed since', () => {
    const vault = new KeyVault(Buffer.alloc(32, 1));
    const sealed = vault.seal('secret');
    expect(() => new KeyVault(Buffer.alloc(32, 2)).open(sealed)).toThrow('unable to authenticate data');
    const changed = Buffer.from(sealed, 'base64');
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(() => vault.open(changed.toString('base64'))).toThrow('unable to authenticate data');
    expect(() => new KeyVault(Buffer.alloc(16))).toThrow('32 bytes');
  });
});

describe('the configuration', () => {
  const production = {
    NODE_ENV: 'production',
    IDENTITY_PUBLIC_URL: 'https://edtech.example/',
    IDENTITY_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
  };

  test('of production brings its own key and an https address', () => {
    expect(loadConfig(production)).toMatchObject({
      publicUrl: 'https://edtech.example',
      keyEncryption: { key: Buffer.alloc(32, 3) },
    });
    expect(() => loadConfig({ ...production, IDENTITY_KEY_ENCRYPTION_KEY: '' })).toThrow('IDENTITY_KEY_ENCRYPTION_KEY');
    expect(() => loadConfig({ ...production, IDENTITY_KEY_ENCRYPTION_KEY: 'c2hvcnQ=' })).toThrow('IDENTITY_KEY_ENCRYPTION_KEY');
    expect(() => loadConfig({ ...production, IDENTITY_PUBLIC_URL: 'http://edtech.example' })).toThrow('IDENTITY_PUBLIC_URL');
  });

  test('with a user pool names what is missing', () => {
    expect(() => loadConfig({ COGNITO_USER_POOL_ID: 'p' })).toThrow('COGNITO_CLIENT_ID');
    expect(() => loadConfig({ COGNITO_USER_POOL_ID: 'p', COGNITO_CLIENT_ID: 'c' })).toThrow('AWS_REGION');
    expect(loadConfig({ COGNITO_USER_POOL_ID: 'p', COGNITO_CLIENT_ID: 'c', AWS_REGION: 'eu-west-1' }).cognito?.endpoint).toBe(
      'https://cognito-idp.eu-west-1.amazonaws.com',
    );
  });
});
