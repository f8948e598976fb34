import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { PaymentCompleted, PaymentCreated } from '@edtech/contracts';
import { applyCatalogue, startLocalAws, type EventsFile, type LocalAws, type TablesFile } from '@edtech/local-aws';
import { templateDatabase, testPostgres, type ClonedDatabase } from '@edtech/local-postgres';
import { paymentService } from '@edtech/payment-service';
import {
  BaseDomainEvent,
  Database,
  EventStoreService,
  inMessageContext,
  kernelMigrations,
  migrate,
  readMigrations,
  startService,
  type RunningService,
} from '@edtech/shared-kernel';
import { settle } from '@edtech/shared-kernel/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { edtechCommand } from '../src/edtech-command.ts';
import { verifyCommand } from '../src/verify-command.ts';

class Created extends BaseDomainEvent<PaymentCreated> {
  static override readonly EVENT_NAME = 'payment.created';
}
class Completed extends BaseDomainEvent<PaymentCompleted> {
  static override readonly EVENT_NAME = 'payment.completed';
}

const INFRASTRUCTURE = join(import.meta.dirname, '..', '..', '..', 'infrastructure', 'events');
const STUDENT = '0199a1c2-0000-7000-8000-000000000001';
const OTHER = '0199a1c2-0000-7000-8000-000000000002';
const PROJECTIONS = [
  'ledger',
  'payment_view',
  'payout_list',
  'refund_queue',
  'settlement_daily',
  'student_history',
  'tutor_earnings',
].map((name) => `payment-service.${name}`);

let aws: LocalAws;
let database: ClonedDatabase;
let service: RunningService | undefined;

beforeAll(async () => {
  const folders = [kernelMigrations, ...paymentService.migrations];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: 'payment',
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
  });
  database = await clone();
  aws = await startLocalAws({ port: 0 });
  const events: EventsFile = JSON.parse(await readFile(join(INFRASTRUCTURE, 'events.json'), 'utf8'));
  const tables: TablesFile = JSON.parse(await readFile(join(INFRASTRUCTURE, 'tables.json'), 'utf8'));
  await applyCatalogue({ events, tables, endpoint: aws.url });
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterAll(async () => {
  await service?.stop();
  vi.unstubAllEnvs();
  await aws.close();
  await database.drop();
});

const environment = (): Record<string, string | undefined> => ({
  ...process.env,
  PAYMENT_DATABASE_URL: database.url,
  SMTP_URL: 'smtp://127.0.0.1:1',
  JWKS_URL: 'http://127.0.0.1:1/jwks',
  JWT_ISSUER: 'issuer',
  JWT_AUDIENCE: 'audience',
  LOG_LEVEL: 'silent',
  EDTECH_DATA: '/nowhere',
});

/** Exit code, what went to standard output, and what to standard error. */
async function run(command: typeof edtechCommand, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await command(args, {
    env: environment(),
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    isTerminal: false,
  });
  return { code, ...said };
}

async function sql<R extends pg.QueryResultRow>(text: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}

async function start(): Promise<RunningService> {
  service = await startService(paymentService, environment());
  return service;
}

async function stop(): Promise<void> {
  await service?.stop();
  service = undefined;
}

/** Stops again when the log has `events` events and everything that follows from them is done. */
async function workUntil(events: number, { app }: RunningService): Promise<void> {
  const connection = app.get(Database, { strict: false });
  for (const until = Date.now() + 20_000; Date.now() < until; await delay(50)) {
    const [row] = await sql<{ done: boolean }>(
      `SELECT (SELECT count(*) FROM domain_events) = ${events} AND NOT EXISTS (SELECT 1 FROM projection_rebuilds WHERE state <> 'swapped') AS done`,
    );
    if (row?.done === true) break;
  }
  await settle(connection, { subscriptions: 3 });
}

async function pay(store: EventStoreService, amount: number): Promise<string> {
  const paymentId = randomUUID();
  const order = {
    paymentId,
    bookingId: randomUUID(),
    studentId: STUDENT,
    tutorId: randomUUID(),
    amount,
    currency: 'USD',
  } as const;
  const split = { platformFee: amount / 5, tutorEarnings: (amount * 4) / 5 };
  const actor = { id: 'system:test', type: 'system' } as const;
  await inMessageContext({ messageId: randomUUID(), correlationId: randomUUID(), actor }, async () => {
    const created = new Created({ ...order, commissionBps: 2_000, ...split });
    const completed = new Completed({ ...order, ...split, providerRef: `ch_${amount}`, late: false });
    const stream = { aggregateType: 'Payment', aggregateId: paymentId };
    const expected = await store.append(stream, [created], { expected: 'no-stream', commitId: randomUUID() });
    await store.append(stream, [completed], { expected, commitId: randomUUID() });
  });
  return paymentId;
}

const books = (): Promise<object[]> => sql('SELECT * FROM ledger_balances ORDER BY account');

test('the log of payment-service is lost and built again; the books are the same, and verify says so', async () => {
  const running = await start();
  const store = running.app.get(EventStoreService, { strict: false });
  for (const amount of [1_000, 2_000, 3_000]) await pay(store, amount);
  await workUntil(6, running);
  const before = await books();
  expect(before).toMatchObject([
    { account: 'escrow', credit: '6000' },
    { account: 'provider_cash', debit: '6000' },
  ]);

  const early = await run(edtechCommand, 'feed', 'rebuild', 'payment-service');
  expect([early.code, early.out, early.err]).toEqual([
    1,
    '',
    expect.stringContaining('nothing was changed: payment-service runs'),
  ]);
  await stop();

  const clean = await run(verifyCommand, '--service', 'payment', '--only', 'I3,I8,I9,I10');
  expect([clean.code, clean.out]).toEqual([0, expect.stringMatching(/I8 {2}ok, 6 looked at[^]*I9 {2}ok, 12 looked at/)]);

  await sql('TRUNCATE domain_events');
  await sql(`UPDATE ledger_balances SET debit = debit + 1 WHERE account = 'provider_cash'`);
  const lost = await run(verifyCommand, '--service', 'payment', '--only', 'I8,I10', '--json');
  expect(lost.code).toBe(1);

  const rebuilt = await run(edtechCommand, 'feed', 'rebuild', 'payment', '--json');
  expect([rebuilt.code, rebuilt.err]).toEqual([0, expect.stringContaining('rebuild payment 100% 3/3 streams, 6 events')]);
  expect(JSON.parse(rebuilt.out)).toMatchObject({ events: 6, added: 6, changed: 0, dropped: 0, projections: PROJECTIONS });

  await workUntil(6, await start());
  await stop();
  expect(await books()).toEqual(before);
  const again = await run(edtechCommand, 'feed', 'rebuild', 'payment-service');
  expect([again.code, again.out]).toEqual([0, expect.stringContaining('0 were missing in the log')]);
  await workUntil(6, await start());
  await stop();
  expect(await run(verifyCommand, '--service', 'payment', '--only', 'I3,I8,I9,I10')).toMatchObject({ code: 0 });
});

test('one byte in the table is found and named, and the log is not built from it', async () => {
  const client = new DynamoDBClient({});
  const [row] = await sql<{ aggregate_id: string }>('SELECT aggregate_id FROM domain_events WHERE position = 1');
  const { Items: [item = {}] = [] } = await client.send(
    new QueryCommand({
      TableName: 'edtech-event-store',
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': { S: `PAYMENT#${row?.aggregate_id}` } },
    }),
  );
  const payload = { S: item['payload']?.S?.replace(STUDENT, OTHER) ?? '' };
  await client.send(new PutItemCommand({ TableName: 'edtech-event-store', Item: { ...item, payload } }));
  const found = await run(verifyCommand, '--service', 'payment', '--only', 'I9');
  expect([found.code, found.out]).toEqual([
    1,
    expect.stringContaining(`I9 at Payment/${row?.aggregate_id} version 1\n    expected  payload as the log has copied it`),
  ]);
  const refused = await run(edtechCommand, 'feed', 'rebuild', 'payment');
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(`nothing was changed: Payment/${row?.aggregate_id}`)]);
  await client.send(new PutItemCommand({ TableName: 'edtech-event-store', Item: item }));
  client.destroy();
});

test.each([
  [`UPDATE ledger_entries SET debit = debit + 1 WHERE line = 0 AND debit = 2000`, 'ledger_entries, event '],
  [`UPDATE ledger_balances SET credit = credit + 1 WHERE account = 'escrow'`, 'ledger_balances, escrow USD'],
  [`DELETE FROM ledger_entries WHERE event_id = (SELECT event_id FROM ledger_entries WHERE debit = 3000)`, ' version 2'],
  [`UPDATE ledger_entries SET account = 'tutor_payable' WHERE credit = 1000`, 'ledger_balances, tutor_payable USD'],
  [
    `INSERT INTO ledger_entries SELECT gen_random_uuid(), line, recorded_at, event_name, aggregate_id, account, currency, debit, credit
    FROM ledger_entries`,
    'none',
  ],
])('books that do not agree are found: %s', async (statement, place) => {
  await sql('CREATE TABLE kept AS SELECT * FROM ledger_entries');
  await sql('CREATE TABLE kept_balances AS SELECT * FROM ledger_balances');
  try {
    await sql(statement);
    const found = await run(verifyCommand, '--service', 'payment', '--only', 'I8');
    expect([found.code, found.out]).toEqual([1, expect.stringContaining(place)]);
  } finally {
    for (const [table, kept] of [
      ['ledger_entries', 'kept'],
      ['ledger_balances', 'kept_balances'],
    ])
      await sql(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM ${kept}; DROP TABLE ${kept}`);
  }
  expect((await run(verifyCommand, '--service', 'payment', '--only', 'I8')).code).toBe(0);
});

test('a service without an event store, an unknown one and wrong usage are told with what is possible', async () => {
  for (const name of ['user-service', 'nobody']) {
    const refused = await run(edtechCommand, 'feed', 'rebuild', name);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('possible: payment-service')]);
  }
  for (const args of [
    [],
    ['feed'],
    ['feed', 'rebuild'],
    ['feed', 'rebuild', 'a', 'b'],
    ['feed', 'rebuild', 'payment', '--fast'],
  ]) {
    const wrong = await run(edtechCommand, ...args);
    expect([wrong.code, wrong.out, wrong.err]).toEqual([64, '', expect.stringContaining('feed rebuild <service>')]);
  }
  expect(await run(edtechCommand, '--help')).toMatchObject({ code: 0, err: '' });
});
