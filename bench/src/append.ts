import { ConcurrencyConflict, DomainEventHistory, SystemClock, UnitOfWork } from '@edtech/shared-kernel';
import type { Pool, PoolClient } from 'pg';
import { v4 as uuidv4 } from 'uuid';
import { appendOnDynamoDb } from './append-on-dynamodb.ts';
import { closedLoop } from './harness/closed-loop.ts';
import { BenchDynamoDb } from './harness/dynamodb.ts';
import type { Variant } from './harness/measure.ts';
import {
  asRequest,
  bareEvent,
  CREATE_PAYMENTS,
  INSERT_EVENT,
  Payment,
  paymentContracts,
  PaymentRepository,
  placeholders,
} from './harness/payments.ts';
import { emmett, type EmmettStore } from './harness/peers.ts';
import { BenchPostgres, numberOf } from './harness/postgres.ts';
import { runProgram, type Bench } from './harness/program.ts';
import { peerEvents } from './harness/stored-payments.ts';
import { EventRecorder } from './kernel.ts';

const CLIENTS = [1, 16, 64];
const CONNECTIONS = 16;
const RESPONSE = JSON.stringify({ id: uuidv4(), status: 'pending', streamVersion: 1 });
const BODY_HASH = 'a'.repeat(64);
const INSERT_STATE = 'INSERT INTO payments (id, notes, stream_version, stream_hash, recorded_at) VALUES ($1, $2, $3, $4, $5)';
const INSERT_KEY = 'INSERT INTO idempotency_keys (principal, key, body_hash, status, response) VALUES ($1, $2, $3, $4, $5)';
const ALL_IN_ONE = `WITH state AS (INSERT INTO payments (id, notes, stream_version, stream_hash, recorded_at) VALUES (${placeholders(17, 5)})),
  key AS (INSERT INTO idempotency_keys (principal, key, body_hash, status, response) VALUES (${placeholders(22, 5)})) ${INSERT_EVENT}`;

type Append = (id: string) => Promise<unknown>;

async function append(bench: Bench, postgres: BenchPostgres): Promise<void> {
  const pool = postgres.pool(CONNECTIONS);
  const database = postgres.database(CONNECTIONS);
  const unitOfWork = new UnitOfWork(database, new EventRecorder(paymentContracts, new SystemClock()));
  const repository = new PaymentRepository(unitOfWork);
  await pool.query(CREATE_PAYMENTS);
  await pool.query(
    `CREATE TABLE lean_events (id bigint GENERATED ALWAYS AS IDENTITY, stream text, version int, name text, data text, metadata text, UNIQUE (stream, version))`,
  );

  const save: Append = (id) => asRequest(() => repository.save(Payment.create(id)));
  const command = (id: string, key: string): Promise<void> =>
    asRequest(() =>
      unitOfWork.run(async () => {
        await repository.save(Payment.create(id));
        unitOfWork.respond({ principal: 'anonymous', key, bodyHash: BODY_HASH, status: 201, response: RESPONSE });
      }),
    );
  const counted = new Map<string, number>();
  const variant = (clients: number, name: string, includes: string, one: Append): Variant => ({
    name,
    includes,
    run: async (ms) => {
      const sample = await closedLoop(clients, ms, async () => {
        await one(uuidv4());
      });
      counted.set(name, (counted.get(name) ?? 0) + sample.ops);
      return sample;
    },
  });

  await ourGates(bench, database, unitOfWork, repository, command);
  await bench.gateOfFloor('bare INSERT: two appends of one version, exactly one wins', async () => {
    const results = await Promise.allSettled([bare(pool, 'twice'), bare(pool, 'twice')]);
    if (results.filter(({ status }) => status === 'fulfilled').length !== 1) throw new Error('both were accepted');
  });

  const peer = await (await emmett(bench))?.open(postgres.url, CONNECTIONS);
  if (peer !== undefined) postgres.onClose(() => peer.close());
  const counts = peer !== undefined && (await emmettGates(bench, peer));

  for (const clients of CLIENTS) {
    await pool.query('TRUNCATE domain_events, payments, idempotency_keys, lean_events');
    counted.clear();
    const row = await bench.table(
      `append, ${clients} client${clients > 1 ? 's' : ''}`,
      [
        variant(clients, 'bare INSERT', 'event into domain_events, nothing checked or hashed', (id) => bare(pool, id)),
        variant(clients, 'lean INSERT', 'event into a table with one unique index', (id) => lean(pool, id)),
        variant(clients, 'rows by hand, one statement', 'state + event + key', (id) => byHand(pool, id)),
        variant(clients, 'rows by hand, five round trips', 'BEGIN, state, event, key, COMMIT', (id) => fiveTrips(pool, id)),
        variant(clients, 'UnitOfWork.save', 'state + event, contract, version check, hash chain', save),
        variant(clients, 'whole write', 'state + event + key with response, all promises', (id) => command(id, id)),
        ...(peer === undefined || !counts
          ? []
          : [
              variant(clients, 'Emmett appendToStream', 'event + its stream row; no contract, no hash', (id) =>
                peer.append(id, 0, peerEvents(id, 1)),
              ),
            ]),
      ],
      [postgres.walBytes(pool), postgres.connectionsOpened],
    );
    await bench.gate(`append, ${clients}: what was acknowledged is stored`, () => everythingStored(pool, counted));
    const at = `append Postgres at ${clients}`;
    bench.ratioGoal(`${at}, log only / bare INSERT`, row('UnitOfWork.save'), row('bare INSERT'), 0.75);
    bench.ratioGoal(`${at}, whole write / same rows by hand`, row('whole write'), row('rows by hand, one statement'), 0.85);
    const [must, stretch] = clients === 1 ? [] : [0.5, 0.65];
    bench.ratioGoal(`${at}, whole write / bare INSERT`, row('whole write'), row('bare INSERT'), must, stretch);
    if (!counts) continue;
    const [logOnly, whole] = clients === 1 ? [] : [1.8, 1.4];
    bench.ratioGoal(`${at}, log only / Emmett`, row('UnitOfWork.save'), row('Emmett appendToStream'), logOnly);
    bench.ratioGoal(`${at}, whole write / Emmett`, row('whole write'), row('Emmett appendToStream'), whole, 2);
  }
}

async function ourGates(
  bench: Bench,
  database: ConstructorParameters<typeof DomainEventHistory>[0],
  unitOfWork: UnitOfWork,
  repository: PaymentRepository,
  command: (id: string, key: string) => Promise<void>,
): Promise<void> {
  const outcomes = async (...writes: Promise<void>[]): Promise<unknown[]> =>
    (await Promise.allSettled(writes)).map((result) => (result.status === 'rejected' ? result.reason : 'won'));
  const history = new DomainEventHistory(database, paymentContracts);
  await bench.gate('two appends of one version: exactly one wins', async () => {
    const id = uuidv4();
    await asRequest(() => repository.save(Payment.create(id)));
    const [first, second] = [await repository.get(id), await repository.get(id)];
    first.note();
    second.note();
    const results = await outcomes(
      asRequest(() => repository.save(first)),
      asRequest(() => repository.save(second)),
    );
    const lost = results.filter((result) => result instanceof ConcurrencyConflict);
    if (lost.length !== 1 || !results.includes('won')) throw new Error(`expected one winner: ${results.join(', ')}`);
    const versions = (await history.of('Payment', id)).map((event) => event.streamVersion).join(',');
    if (versions !== '2,1') throw new Error(`the stream reads ${versions}`);
  });
  await bench.gate('a second create fails', async () => {
    const id = uuidv4();
    const results = await outcomes(command(id, uuidv4()), command(id, uuidv4()));
    if (results.filter((result) => result === 'won').length !== 1) throw new Error(`expected one winner: ${results.join(', ')}`);
  });
  await bench.gate('one key takes effect once', async () => {
    const [key, a, b] = [uuidv4(), uuidv4(), uuidv4()];
    const results = await outcomes(command(a, key), command(b, key));
    const stored = (await history.of('Payment', a)).length + (await history.of('Payment', b)).length;
    if (results.filter((result) => result === 'won').length !== 1 || stored !== 1)
      throw new Error(`${stored} events: ${results.join(', ')}`);
  });
  if (unitOfWork.running) throw new Error('a unit of work is still open');
}

async function emmettGates(bench: Bench, store: EmmettStore): Promise<boolean> {
  return bench.gateOfFloor('Emmett: two appends of one version, exactly one wins; all is read back', async () => {
    const id = uuidv4();
    await store.append(id, 0, peerEvents(id, 1));
    const results = await Promise.allSettled([store.append(id, 1, peerEvents(id, 1)), store.append(id, 1, peerEvents(id, 1))]);
    if (results.filter(({ status }) => status === 'fulfilled').length !== 1) throw new Error('both were accepted');
    const folded = await store.fold(id);
    if (folded !== 2) throw new Error(`2 events were acknowledged, ${folded} are read`);
  });
}

async function everythingStored(pool: Pool, counted: ReadonlyMap<string, number>): Promise<void> {
  const of = (...names: string[]): number => names.reduce((sum, name) => sum + (counted.get(name) ?? 0), 0);
  const hand = ['rows by hand, one statement', 'rows by hand, five round trips'];
  const expected: [table: string, rows: number][] = [
    ['domain_events', of('bare INSERT', 'UnitOfWork.save', 'whole write', ...hand)],
    ['payments', of('UnitOfWork.save', 'whole write', ...hand)],
    ['idempotency_keys', of('whole write', ...hand)],
    ['lean_events', of('lean INSERT')],
  ];
  for (const [table, rows] of expected) {
    const stored = await numberOf(pool, `SELECT count(*) FROM ${table}`);
    if (stored !== rows) throw new Error(`${rows} rows of ${table} were acknowledged, ${stored} are stored`);
  }
}

function bare(pool: Pool, id: string): Promise<unknown> {
  return pool.query({ name: 'bare', text: INSERT_EVENT, values: bareEvent('Bare', id) });
}

function lean(pool: Pool, id: string): Promise<unknown> {
  const event = bareEvent('Lean', id);
  const text = 'INSERT INTO lean_events (stream, version, name, data, metadata) VALUES ($1, 1, $2, $3, $4)';
  return pool.query({ name: 'lean', text, values: [id, event[1], event[13], event[11]] });
}

function byHand(pool: Pool, id: string): Promise<unknown> {
  return pool.query({ name: 'by-hand', text: ALL_IN_ONE, values: [...bareEvent('Hand', id), ...stateRow(id), ...keyRow(id)] });
}

async function fiveTrips(pool: Pool, id: string): Promise<void> {
  const client: PoolClient = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query({ name: 'hand-state', text: INSERT_STATE, values: stateRow(id) });
    await client.query({ name: 'hand-event', text: INSERT_EVENT, values: bareEvent('Hand', id) });
    await client.query({ name: 'hand-key', text: INSERT_KEY, values: keyRow(id) });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

function stateRow(id: string): unknown[] {
  return [id, 0, 1, BODY_HASH, new Date()];
}

function keyRow(id: string): unknown[] {
  return ['anonymous', id, BODY_HASH, 201, RESPONSE];
}

await runProgram('append', async (bench) => {
  await BenchPostgres.use(bench, (postgres) => append(bench, postgres));
  await BenchDynamoDb.use(bench, (dynamoDb) => appendOnDynamoDb(bench, dynamoDb));
});
