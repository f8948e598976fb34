import type { JSONWebKeySet, JWK } from 'jose';
import { z } from 'zod';
import { shortName } from './service-definition.ts';

/** The name under which identity-service issues tokens on the local platform, signed with keys that lie beside its data. */
const DEVELOPMENT_ISSUER = 'urn:edtech:development-issuer';

export interface ServiceConfig {
  readonly production: boolean;
  /** `http` answers requests, `worker` runs feeds, queues and timers, `all` does both. Several replicas of each are safe. */
  readonly role: 'http' | 'worker' | 'all';
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly databaseConnections: number;
  readonly eventBusName: string;
  readonly queueName: string;
  readonly smtpUrl: string;
  readonly mailFrom: string;
  readonly jwksUrl: string;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  /** With it this service signs its calls of others; a private Ed25519 JWK whose `kid` is the name of the service. */
  readonly serviceKey: JWK | undefined;
  /** Public keys of all services; `kid` names whose. */
  readonly serviceKeys: JSONWebKeySet;
  /** Where other services answer, by their names. */
  readonly serviceUrls: Readonly<Record<string, string>>;
  /** On in production unless switched off; elsewhere off unless switched on. */
  readonly rateLimits: boolean;
  /** Proxies that tell the address of a client truly. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: string;
  /** Divides the delays of saga timers: 3600 turns an hour into a second. */
  readonly timeScale: number;
  /** `<crash point>:<n>`: the process dies at the n-th pass. For fault tests. */
  readonly crashAt: string | undefined;
}

/** The only place where the kernel reads the process's environment. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Reads the environment once, at start. Throws InvalidConfiguration, which names every variable that is missing or wrong. */
export function loadServiceConfig(service: string, env: Readonly<Record<string, string | undefined>>): ServiceConfig {
  const own = `${shortName(service).toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;
  const given = Object.fromEntries(
    Object.entries({ ...env, DATABASE_URL: env[own] ?? env['DATABASE_URL'] }).filter(([, value]) => value !== ''),
  );
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    throw new InvalidConfiguration(
      service,
      parsed.error.issues.map(
        (issue) =>
          `${issue.path.join('.') === 'DATABASE_URL' ? `${own} or DATABASE_URL` : issue.path.join('.')}: ${issue.message}`,
      ),
    );
  }
  const read = parsed.data;
  const production = read.NODE_ENV === 'production';
  const unsafe = production ? unsafeInProduction(read) : [];
  if (unsafe.length > 0) throw new InvalidConfiguration(service, unsafe);
  return {
    production,
    role: read.ROLE,
    host: read.HOST,
    port: read.PORT,
    databaseUrl: read.DATABASE_URL,
    databaseConnections: read.DATABASE_CONNECTIONS,
    eventBusName: read.EVENT_BUS_NAME,
    queueName: read.QUEUE_NAME ?? `${shortName(service)}-inbox`,
    smtpUrl: read.SMTP_URL,
    mailFrom: read.MAIL_FROM,
    jwksUrl: read.JWKS_URL,
    jwtIssuer: read.JWT_ISSUER,
    jwtAudience: read.JWT_AUDIENCE,
    serviceKey: read.SERVICE_KEY,
    serviceKeys: read.SERVICE_KEYS,
    serviceUrls: serviceUrlsIn(given),
    rateLimits: (read.RATE_LIMITS ?? (production ? 'on' : 'off')) === 'on',
    trustedProxies: read.TRUSTED_PROXIES,
    logLevel: read.LOG_LEVEL,
    timeScale: read.TIME_SCALE,
    crashAt: read.CRASH_AT,
  };
}

/** `PAYMENT_SERVICE_URL` -> `payment-service`. */
function serviceUrlsIn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, url]) => {
      const service = /^([A-Z]+)_SERVICE_URL$/.exec(name)?.[1];
      return service === undefined || url === undefined ? [] : [[`${service.toLowerCase()}-service`, url]];
    }),
  );
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});
const ed25519 = { kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string().min(1) };

const variables = z.object({
  NODE_ENV: z.string().default('development'),
  ROLE: z.enum(['http', 'worker', 'all']).default('all'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(200).default(8),
  EVENT_BUS_NAME: z.string().default('edtech-event-bus'),
  QUEUE_NAME: z.string().optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }),
  MAIL_FROM: z.string().default('EdTech Platform <no-reply@edtech.example>'),
  JWKS_URL: z.url({ protocol: /^https?$/ }),
  JWT_ISSUER: z.string(),
  JWT_AUDIENCE: z.string(),
  SERVICE_KEY: json.pipe(z.looseObject({ ...ed25519, d: z.string() })).optional(),
  SERVICE_KEYS: json
    .pipe(
      z.object({
        keys: z.array(
          z.strictObject({ ...ed25519, alg: z.literal('EdDSA').default('EdDSA'), use: z.literal('sig').default('sig') }),
        ),
      }),
    )
    .default({ keys: [] }),
  RATE_LIMITS: z.enum(['on', 'off']).optional(),
  TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((address) => address.trim()))
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])))
    .default([]),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  TIME_SCALE: z.coerce.number().positive().default(1),
  CRASH_AT: z
    .string()
    .regex(/^[a-z-]+\.[a-z-]+:[1-9]\d*$/, 'must be <area>.<moment>:<n>')
    .optional(),
});

function unsafeInProduction(read: z.output<typeof variables>): string[] {
  const reasons: string[] = [];
  if (read.JWT_ISSUER === DEVELOPMENT_ISSUER) reasons.push('JWT_ISSUER: the development issuer is refused in production');
  if (read.CRASH_AT !== undefined) reasons.push('CRASH_AT: crash points are refused in production');
  if (read.TIME_SCALE !== 1) reasons.push('TIME_SCALE: timers run at their real pace in production');
  if (read.SERVICE_KEYS.keys.length === 0)
    reasons.push('SERVICE_KEYS: without the public keys of the services none can call another');
  if (!read.JWKS_URL.startsWith('https:')) reasons.push('JWKS_URL: production keys come over https');
  return reasons;
}

export class InvalidConfiguration extends Error {
  readonly code = 'INVALID_CONFIGURATION';

  constructor(
    readonly service: string,
    readonly problems: readonly string[],
  ) {
    super(`${service} cannot start with this environment:\n  ${problems.join('\n  ')}`);
    this.name = 'InvalidConfiguration';
  }
}
