import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { applyCatalogue, startLocalAws, type LocalAws, type TablesFile } from '@edtech/local-aws';
import { templateDatabase, testPostgres, type ClonedDatabase } from '@edtech/local-postgres';
import { kernelMigrations, migrate, readMigrations } from '@edtech/shared-kernel';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { services } from '../src/services.ts';
import { verifyCommand } from '../src/verify-command.ts';

const TABLES = join(import.meta.dirname, '..', '..', '..', 'infrastructure', 'events', 'tables.json');

let databases: Readonly<Record<'identity' | 'user' | 'tutor' | 'admin' | 'payment', ClonedDatabase>>;
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws({ port: 0 });
  const tables: TablesFile = JSON.parse(await readFile(TABLES, 'utf8'));
  const events = { bus: 'edtech-event-bus', queues: [], rules: [], noSubscriber: [] };
  await applyCatalogue({ events, tables, endpoint: aws.url });
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});
beforeEach(async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  databases = {
    identity: await databaseOf('identity-service'),
    user: await databaseOf('user-service'),
    tutor: await databaseOf('tutor-service'),
    admin: await databaseOf('admin-service'),
    payment: await databaseOf('payment-service'),
  };
});
afterEach(async () => {
  for (const { drop } of Object.values(databases)) await drop();
});

async function databaseOf(name: string): Promise<ClonedDatabase> {
  const own = services.find(({ definition }) => definition.name === name)?.definition.migrations ?? [];
  const folders = [kernelMigrations, ...own];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: `verified_${name.replace('-service', '')}`,
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
  });
  return clone();
}

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** Exit code, what went to standard output, and what to standard error. */
async function verify(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const urls = {
    IDENTITY_DATABASE_URL: databases.identity.url,
    USER_DATABASE_URL: databases.user.url,
    TUTOR_DATABASE_URL: databases.tutor.url,
    ADMIN_DATABASE_URL: databases.admin.url,
    PAYMENT_DATABASE_URL: databases.payment.url,
  };
  const code = await verifyCommand(args, {
    env: { ...process.env, DATABASE_URL: '', EDTECH_DATA: '/nowhere', ...urls, ...env },
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
  });
  return { code, ...said };
}

const AWAY = 'postgres://nobody@127.0.0.1:1/none';

const TWO_PUBLISHED = [
  `INSERT INTO subscriptions (name, checkpoint) VALUES ('user-service.event-bridge', 2)`,
  `INSERT INTO subscription_events (subscription, event_name, road, since_position) VALUES ('user-service.event-bridge', 'user.suspended', 'feed', 0)`,
  `INSERT INTO domain_events (position, event_id, event_name, schema_version, aggregate_type, aggregate_id, stream_version, occurred_at, recorded_at,
     correlation_id, causation_id, user_id, actor, payload, prev_hash, hash)
   SELECT n, gen_random_uuid(), 'user.suspended', 1, 'User', n, 1, now(), now() - interval '1 hour', 'c', 'r', 'u', '{"id":"u","type":"user"}', '{}', '', ''
   FROM generate_series(1, 2) AS n`,
  'UPDATE feed_head SET position = 2',
];
const TAKEN = `INSERT INTO subscription_events (subscription, event_name, road, since) VALUES ('tutor-service.users', 'user.suspended', 'bus', now() - interval '1 day')`;

test('0: all services and what lies between them are clean', async () => {
  const { code, out } = await verify();
  expect(code).toBe(0);
  expect(out).toMatch(/^identity-service at position 0, .*\n {2}I2 {2}ok, 0 looked at\n[^]*\nclean\n$/);
  expect(out.match(/^[-\w]+-service.* at/gm)).toEqual([
    'identity-service at',
    'user-service at',
    'tutor-service at',
    'admin-service at',
    'payment-service at',
    'identity-service -> user-service at',
    'identity-service -> tutor-service at',
    'identity-service -> admin-service at',
    'identity-service -> payment-service at',
    'user-service -> identity-service at',
    'user-service -> tutor-service at',
    'user-service -> admin-service at',
    'user-service -> payment-service at',
    'tutor-service -> identity-service at',
    'tutor-service -> user-service at',
    'tutor-service -> admin-service at',
    'tutor-service -> payment-service at',
    'admin-service -> identity-service at',
    'admin-service -> user-service at',
    'admin-service -> tutor-service at',
    'admin-service -> payment-service at',
    'payment-service -> user-service at',
    'payment-service -> tutor-service at',
    'payment-service -> admin-service at',
  ]);
});

test('1: a violation is named, also when something else could not be checked', async () => {
  await run(databases.user.url, 'UPDATE feed_head SET position = 7');
  const both = await verify();
  expect([both.code, both.out]).toEqual([
    1,
    expect.stringContaining('  I10 at feed_head\n    expected  position 0\n    found     position 7\n'),
  ]);
  expect(both.out).toMatch(/\n1 violation\n$/);
  const one = await verify([], { TUTOR_DATABASE_URL: AWAY });
  expect([one.code, one.out]).toEqual([
    1,
    expect.stringMatching(/could not check tutor-service: .*ECONNREFUSED[^]*\n1 violation\n$/),
  ]);
});

test('2: a database that does not answer, a platform that does not run, a variable that is not usable', async () => {
  const away = await verify(['--service', 'user'], { USER_DATABASE_URL: AWAY });
  expect([away.code, away.out]).toEqual([2, expect.stringContaining('ECONNREFUSED')]);
  const stopped = await verify([], {
    USER_DATABASE_URL: '',
    TUTOR_DATABASE_URL: '',
    ADMIN_DATABASE_URL: '',
    PAYMENT_DATABASE_URL: '',
  });
  expect([stopped.code, stopped.out]).toEqual([
    2,
    expect.stringContaining('Start the platform (npm start), or set USER_DATABASE_URL or DATABASE_URL'),
  ]);
  const unusable = await verify([], { AWS_PORT: 'many' });
  expect([unusable.code, unusable.out, unusable.err]).toEqual([2, '', expect.stringContaining('AWS_PORT')]);
});

test('2: what was asked for and cannot be judged is not clean', async () => {
  const only = await verify(['--only', 'I1']);
  expect([only.code, only.out]).toEqual([2, expect.stringContaining('could not check I1: needs what the clients were told')]);
  expect((await verify(['--only', 'I12'])).code).toBe(2);
  const stream = await verify(['--stream', 'User/unknown']);
  expect([stream.code, stream.out]).toEqual([2, expect.stringContaining('User/unknown: no service has such a stream')]);
});

test('64: wrong usage is told with what is possible; help is no wrong usage', async () => {
  for (const args of [['--everything'], ['--service', 'matching'], ['--only', 'I13']]) {
    const wrong = await verify(args);
    expect([wrong.code, wrong.out, wrong.err]).toEqual([64, '', expect.stringContaining('--service <name>')]);
  }
  expect(await verify(['--help'])).toMatchObject({ code: 0, err: '' });
});

test('--json is one document', async () => {
  const { code, out } = await verify(['--json', '--service', 'user', '--only', 'I3,I9']);
  expect([code, JSON.parse(out)]).toMatchObject([
    0,
    {
      outcome: 'clean',
      unchecked: [],
      verdicts: [{ service: 'user-service', checked: [{ invariant: 'I3' }, { invariant: 'I9' }] }],
    },
  ]);
});

test('what is missing behind a queue is lost, waits, or is unchecked when the queue does not answer', async () => {
  await run(databases.user.url, ...TWO_PUBLISHED);
  await run(databases.tutor.url, TAKEN);
  const sqs = new SQSClient({ endpoint: aws.url, useQueueUrlAsEndpoint: false });
  const { QueueUrl: queue } = await sqs.send(new CreateQueueCommand({ QueueName: 'tutor-inbox' }));
  const { QueueUrl: deadLetters } = await sqs.send(new CreateQueueCommand({ QueueName: 'tutor-inbox-dlq' }));
  const lost = await verify(['--only', 'I2']);
  expect([lost.code, lost.out]).toEqual([1, expect.stringContaining('I2 at tutor-service.users, User/1 version 1')]);
  for (const QueueUrl of [queue, deadLetters]) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  sqs.destroy();
  const waiting = await verify(['--only', 'I2']);
  expect([waiting.code, waiting.out]).toEqual([0, expect.stringContaining('2 messages wait in the queue and may be they')]);
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
  const unknown = await verify(['--only', 'I2']);
  expect([unknown.code, unknown.out]).toEqual([2, expect.stringContaining('nobody knows how many wait in its queue')]);
});
