import { resolve } from 'node:path';
import { z } from 'zod';

/** What the tokens of a development platform are issued by; services refuse it when NODE_ENV is production. */
export const DEVELOPMENT_ISSUER = 'urn:edtech:development-issuer';
export const AUDIENCE = 'edtech';

const schema = z.object({
  NODE_ENV: z.string().default('development'),
  EDTECH_DATA: z.string().default('.data'),
  GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  POSTGRES_PORT: z.coerce.number().int().min(0).max(65_535).default(15432),
  AWS_PORT: z.coerce.number().int().min(0).max(65_535).default(4566),
  SMTP_PORT: z.coerce.number().int().min(0).max(65_535).default(1025),
  TIME_SCALE: z.coerce.number().positive().default(1),
  PAYOUT_TIME_SCALE: z.coerce.number().positive().default(20_160),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
  FAULTS: z.enum(['none', 'development']).default('none'),
});

export interface PlatformConfig {
  /** Everything the platform keeps between two starts. */
  readonly dataDir: string;
  readonly gatewayPort: number;
  readonly postgresPort: number;
  readonly awsPort: number;
  readonly smtpPort: number;
  readonly timeScale: number;
  /** Divides the week after which tutors are paid: nobody who tries the platform waits for Monday. The default makes it 30 seconds. */
  readonly payoutTimeScale: number;
  readonly logLevel: string;
  readonly faults: 'none' | 'development';
  readonly production: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** Throws an error that names the variable when one is not usable. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): PlatformConfig {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.')} is not usable: ${issue?.message}`);
  }
  const read = parsed.data;
  return {
    dataDir: resolve(read.EDTECH_DATA),
    gatewayPort: read.GATEWAY_PORT,
    postgresPort: read.POSTGRES_PORT,
    awsPort: read.AWS_PORT,
    smtpPort: read.SMTP_PORT,
    timeScale: read.TIME_SCALE,
    payoutTimeScale: read.PAYOUT_TIME_SCALE,
    logLevel: read.LOG_LEVEL,
    faults: read.FAULTS,
    production: read.NODE_ENV === 'production',
    env,
  };
}

/** Throws when NODE_ENV is production: a platform with one mailbox for everybody has no place there. */
export function refuseProduction({ production }: Pick<PlatformConfig, 'production'>): void {
  if (production)
    throw new Error(
      'the development platform is refused when NODE_ENV=production; start the services themselves (apps/*/dist/main.js) with JWKS_URL and JWT_ISSUER of identity-service',
    );
}

/** The variable that chose this port; undefined for a port that cannot be chosen. */
export function variableOfPort(port: number, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const read = schema.pick({ GATEWAY_PORT: true, POSTGRES_PORT: true, AWS_PORT: true, SMTP_PORT: true }).safeParse(env);
  return Object.entries(read.data ?? {}).find(([, chosen]) => chosen === port)?.[0];
}

/** The clients of the AWS SDK find the local endpoint the way they find any other: in the environment. */
export function pointAwsTo(endpoint: string, accessKeyId: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: 'local' };
}
