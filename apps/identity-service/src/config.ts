import { resolve } from 'node:path';

interface CognitoConfig {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly region: string;
  /** Instead of the one of the region. */
  readonly endpoint: string;
}

interface IdentityServiceConfig {
  /** What its tokens say of themselves; the same variables tell every service whose tokens to accept. */
  readonly issuer: string;
  readonly audience: string;
  /** Where the links in mails lead, without a slash at its end. */
  readonly publicUrl: string;
  /** What encrypts the signing keys in the database: given, or kept in a folder of the installation. */
  readonly keyEncryption: { readonly key: Buffer } | { readonly folder: string };
  readonly cognito: CognitoConfig | undefined;
}

/** Throws an Error that names the variable. Production takes its keys from the environment only and sends people to https only. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): IdentityServiceConfig {
  const production = env['NODE_ENV'] === 'production';
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const publicUrl = given('IDENTITY_PUBLIC_URL') ?? (production ? '' : 'http://127.0.0.1:3000');
  if (production && !publicUrl.startsWith('https://'))
    throw new Error('IDENTITY_PUBLIC_URL: production needs the https address to which the links in mails lead');
  const key = given('IDENTITY_KEY_ENCRYPTION_KEY');
  if (key === undefined && production)
    throw new Error(
      'IDENTITY_KEY_ENCRYPTION_KEY: production needs 32 random bytes in base64 of its own; keys of a development folder are refused',
    );
  return {
    issuer: given('JWT_ISSUER') ?? '',
    audience: given('JWT_AUDIENCE') ?? '',
    publicUrl: publicUrl.replace(/\/+$/, ''),
    keyEncryption: key === undefined ? { folder: resolve(given('IDENTITY_KEYS') ?? '.data/identity') } : { key: keyBytes(key) },
    cognito: cognito(given),
  };
}

function keyBytes(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new Error('IDENTITY_KEY_ENCRYPTION_KEY: must be 32 bytes in base64');
  return key;
}

function cognito(given: (name: string) => string | undefined): CognitoConfig | undefined {
  const userPoolId = given('COGNITO_USER_POOL_ID');
  if (userPoolId === undefined) return undefined;
  const clientId = given('COGNITO_CLIENT_ID');
  const region = given('AWS_REGION');
  if (clientId === undefined) throw new Error('COGNITO_CLIENT_ID: is needed with COGNITO_USER_POOL_ID');
  if (region === undefined) throw new Error('AWS_REGION: is needed with COGNITO_USER_POOL_ID');
  const endpoint = given('COGNITO_ENDPOINT') ?? `https://cognito-idp.${region}.amazonaws.com`;
  return { userPoolId, clientId, region, endpoint };
}
