import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPostgres } from '@edtech/local-postgres';
import { Api, loadConfig, People, startPlatform, superadminCredentials, type RunningPlatform } from '@edtech/platform';
import pg from 'pg';
import { inject } from 'vitest';

export interface PlatformUnderTest extends RunningPlatform {
  /** What the platform keeps beside the databases. */
  readonly dataDir: string;
  /** A connection to a service's own database, to look at what was stored. */
  readonly databases: Readonly<Record<'identity' | 'user' | 'tutor' | 'admin' | 'payment', pg.Client>>;
  /** An access token of the superadmin. */
  superadmin(): Promise<string>;
  close(): Promise<void>;
}

/** The whole platform on free ports and databases of its own, with duplicates, reordering and refused entries on the bus. */
export async function platformUnderTest({ replicas = 1, timeScale = 28_800 } = {}): Promise<PlatformUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'edtech-platform-'));
  const server = testPostgres(inject('postgres'));
  const run = `${process.pid}_${Date.now()}`;
  const names = {
    identity: `identity_${run}`,
    user: `user_${run}`,
    tutor: `tutor_${run}`,
    admin: `admin_${run}`,
    payment: `payment_${run}`,
  };
  const admin = new pg.Client({ connectionString: server.url('postgres') });
  await admin.connect();
  for (const name of Object.values(names)) await admin.query(`CREATE DATABASE ${name}`);
  const awsPort = 20_000 + (process.pid % 20_000);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${awsPort}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const config = loadConfig({
    ...process.env,
    NODE_ENV: 'test',
    EDTECH_DATA: folder,
    GATEWAY_PORT: '0',
    SMTP_PORT: '0',
    AWS_PORT: String(awsPort),
    IDENTITY_DATABASE_URL: server.url(names.identity),
    USER_DATABASE_URL: server.url(names.user),
    TUTOR_DATABASE_URL: server.url(names.tutor),
    ADMIN_DATABASE_URL: server.url(names.admin),
    PAYMENT_DATABASE_URL: server.url(names.payment),
    TIME_SCALE: String(timeScale),
    FAULTS: 'development',
    LOG_LEVEL: 'error',
    RATE_LIMITS: 'off',
  });
  const platform = await startPlatform(config, { isolated: false, replicas, log: () => undefined });
  const databases = {
    identity: new pg.Client({ connectionString: server.url(names.identity) }),
    user: new pg.Client({ connectionString: server.url(names.user) }),
    tutor: new pg.Client({ connectionString: server.url(names.tutor) }),
    admin: new pg.Client({ connectionString: server.url(names.admin) }),
    payment: new pg.Client({ connectionString: server.url(names.payment) }),
  };
  for (const client of Object.values(databases)) await client.connect();
  return {
    ...platform,
    dataDir: folder,
    databases,
    superadmin: async () => {
      const { email, password } = await superadminCredentials(folder);
      return new People(new Api(platform.url)).login(email, password);
    },
    close: async () => {
      await platform.stop();
      for (const client of Object.values(databases)) await client.end();
      for (const name of Object.values(names)) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
