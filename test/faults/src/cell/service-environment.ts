import { join } from 'node:path';
import { AUDIENCE, DEVELOPMENT_ISSUER, ServiceKeys, services } from '@edtech/platform';
import { COMPILED } from './bundle.ts';
import { inherited } from './local-aws.ts';

interface EnvironmentParts {
  /** What the services keep beside their databases lies below it. */
  readonly folder: string;
  readonly smtpUrl: string;
  /** Where the keys are published that tokens are signed with. */
  readonly jwksUrl: string;
  readonly timeScale: number;
  /** Where the first replica of each service answers. */
  readonly urls: ReadonlyMap<string, string>;
}

const PLATFORM = services.map(({ definition }) => definition.name);
/** Of a service that the cell has not. */
const NOBODY_THERE = 'http://127.0.0.1:1';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the processes of a service are started with, whichever service it is; those of the platform have the key with which they call each other. */
export async function serviceEnvironment(parts: EnvironmentParts): Promise<(service: string) => Environment> {
  const { folder, smtpUrl, jwksUrl, timeScale, urls } = parts;
  const keys = await ServiceKeys.open(folder);
  const shared = {
    ...inherited(),
    NODE_ENV: 'test',
    NODE_COMPILE_CACHE: COMPILED,
    DATABASE_CONNECTIONS: '3',
    SMTP_URL: smtpUrl,
    JWKS_URL: jwksUrl,
    JWT_ISSUER: DEVELOPMENT_ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    LOG_LEVEL: 'warn',
    TIME_SCALE: String(timeScale),
    SERVICE_KEYS: JSON.stringify(keys.publicKeys),
    IDENTITY_KEYS: join(folder, 'identity'),
    TUTOR_DOCUMENTS: join(folder, 'documents'),
    ADMIN_AUDIT_CHECKPOINTS: join(folder, 'audit', 'checkpoints.ndjson'),
    ADMIN_AUDIT_KEY: join(folder, 'audit', 'key.pem'),
    ...Object.fromEntries(
      PLATFORM.map((name) => [`${name.toUpperCase().replaceAll('-', '_')}_URL`, urls.get(name) ?? NOBODY_THERE]),
    ),
  };
  return (service) =>
    PLATFORM.includes(service) ? { ...shared, SERVICE_KEY: JSON.stringify(keys.privateKeyOf(service)) } : shared;
}
