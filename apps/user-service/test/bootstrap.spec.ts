import { Database } from '@edtech/shared-kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootstrapSuperadmin } from '../src/user-service.module.ts';
import { freshDatabase } from './user-service.fixture.ts';

let database: { url: string; drop(): Promise<void> };
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  database = await freshDatabase();
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  env = {
    DATABASE_URL: database.url,
    SMTP_URL: 'smtp://127.0.0.1:1',
    JWKS_URL: 'http://127.0.0.1:1/jwks.json',
    JWT_ISSUER: 'https://identity.test',
    JWT_AUDIENCE: 'edtech',
    SERVICE_KEY: '{"kty":"OKP","crv":"Ed25519","x":"none","d":"none","kid":"user-service"}',
    PAYMENT_SERVICE_URL: 'http://127.0.0.1:1',
    LOG_LEVEL: 'silent',
  };
});
afterAll(() => database.drop());

test('the first superadmin is made once, by whoever comes first, and nobody after', async () => {
  const person = (name: string) => ({ email: `${name}@example.org`, firstName: 'Root', lastName: name });
  const results = await Promise.allSettled(['ada', 'eve', 'mallory'].map((name) => bootstrapSuperadmin(person(name), env)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'SUPERADMIN_EXISTS' });
  await expect(bootstrapSuperadmin(person('late'), env)).rejects.toMatchObject({ code: 'SUPERADMIN_EXISTS' });
  const look = new Database({ url: database.url, applicationName: 'test', connections: 2 });
  const { rows } = await look.query<{ payload: string; actor: string }>({ text: 'SELECT payload, actor FROM domain_events' });
  await look.close();
  expect(rows).toHaveLength(1);
  expect(JSON.parse(rows[0]?.payload ?? '{}')).toMatchObject({ role: 'superadmin', status: 'active' });
  expect(JSON.parse(rows[0]?.actor ?? '{}')).toEqual({ id: 'system:bootstrap', type: 'system' });
});
