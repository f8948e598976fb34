import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { contracts } from '@edtech/contracts';
import { applyCatalogue, startLocalAws, type EventsFile, type LocalAws, type TablesFile } from '@edtech/local-aws';
import { templateDatabase, testPostgres } from '@edtech/local-postgres';
import {
  Database,
  EventStoreService,
  inMessageContext,
  kernelMigrations,
  migrate,
  readMigrations,
  startService,
  waitingMessages,
  type Actor,
  type RecordedEvent,
} from '@edtech/shared-kernel';
import { settle } from '@edtech/shared-kernel/testing';
import { inject } from 'vitest';
import { paymentService } from '../src/payment-service.module.ts';
import { AUDIENCE, ISSUER, tokenIssuer, type TokenIssuer } from './token-issuer.ts';

const INFRASTRUCTURE = join(import.meta.dirname, '..', '..', '..', 'infrastructure', 'events');

type Row = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export interface RunningPaymentService {
  /** What it was started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly tokens: TokenIssuer;
  readonly url: string;
  readonly aws: LocalAws;
  get<T>(token: abstract new (...args: never[]) => T): T;
  /** Runs it as the handling of a message of its own. */
  handling<T>(work: () => Promise<T>, actor?: Actor): Promise<T>;
  query(text: string, values?: unknown[]): Promise<Row[]>;
  call(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Puts an event on the bus as its producer would; the service gets it from its queue. */
  publish(event: RecordedEvent): Promise<void>;
  /** Names of the events of one stream that the feed has, in order. */
  eventsOf(aggregateId: string): Promise<string[]>;
  /** Waits until the stream consists of exactly these events. Throws with what it consists of. */
  untilEvents(aggregateId: string, expected: readonly string[], timeoutMs?: number): Promise<void>;
  /** Waits until the query answers at least so many rows. */
  untilRows(text: string, atLeast: number, timeoutMs?: number): Promise<Row[]>;
  /** Waits until nothing is left to do: bus, queue, event store, feed, sagas. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The service as it runs: workers and HTTP over a database of its own, with DynamoDB, bus and queue over HTTP. There is no mail server.
 */
export async function runningPaymentService(env: Readonly<Record<string, string>> = {}): Promise<RunningPaymentService> {
  const folders = [kernelMigrations, ...paymentService.migrations];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: 'payment',
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
  });
  const { url: databaseUrl, drop } = await clone();
  const tokens = await tokenIssuer();
  const aws = await startLocalAws({ port: 0 });
  const events: EventsFile = JSON.parse(await readFile(join(INFRASTRUCTURE, 'events.json'), 'utf8'));
  const tables: TablesFile = JSON.parse(await readFile(join(INFRASTRUCTURE, 'tables.json'), 'utf8'));
  await applyCatalogue({ events, tables, endpoint: aws.url });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const environment = {
    DATABASE_URL: databaseUrl,
    SMTP_URL: 'smtp://127.0.0.1:1',
    JWKS_URL: tokens.jwksUrl,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    SERVICE_KEYS: tokens.serviceKeys,
    LOG_LEVEL: 'silent',
    ...env,
  };
  const service = await startService(paymentService, environment);
  const bus = new EventBridgeClient({});
  const database = service.app.get(Database, { strict: false });
  const query = async (text: string, values: unknown[] = []): Promise<Row[]> =>
    (await database.query<Row>({ text, values })).rows;
  const eventsOf = async (aggregateId: string): Promise<string[]> =>
    (await query('SELECT event_name FROM domain_events WHERE aggregate_id = $1 ORDER BY stream_version', [aggregateId])).map(
      (row) => String(row['event_name']),
    );
  const store = service.app.get(EventStoreService, { strict: false });
  const open = async (): Promise<number> => {
    await aws.idle();
    let count = await waitingMessages(['payment-inbox']);
    for await (const _ of store.pendingCommits()) count++;
    return count + (await query('SELECT 1 FROM fake_provider_webhooks WHERE due_at <= now()')).length;
  };
  return {
    environment,
    tokens,
    url: service.url,
    aws,
    get: (token) => service.app.get(token, { strict: false }),
    handling: (work, actor = { id: 'system:test', type: 'system' }) =>
      inMessageContext({ messageId: randomUUID(), correlationId: randomUUID(), actor }, work),
    query,
    call: async (method, path, { token, body, headers = {} } = {}) => {
      const answer = await fetch(`${service.url}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') === true;
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    },
    publish: async (event) => {
      const { eventName, ...detail } = event;
      const { FailedEntryCount } = await bus.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: 'edtech-event-bus',
              Source: contracts.find(({ name }) => name === eventName)?.producer,
              DetailType: eventName,
              Detail: JSON.stringify(detail),
            },
          ],
        }),
      );
      if (FailedEntryCount !== 0) throw new Error(`the bus refused ${eventName}`);
    },
    eventsOf,
    untilEvents: async (aggregateId, expected, timeoutMs = 25_000) => {
      for (const until = Date.now() + timeoutMs; ; await delay(25)) {
        const names = await eventsOf(aggregateId);
        if (JSON.stringify(names) === JSON.stringify(expected)) return;
        if (Date.now() > until) throw new Error(`expected ${expected.join(', ')}; there are ${names.join(', ')}`);
      }
    },
    untilRows: async (text, atLeast, timeoutMs = 25_000) => {
      for (const until = Date.now() + timeoutMs; ; await delay(25)) {
        const rows = await query(text);
        if (rows.length >= atLeast) return rows;
        if (Date.now() > until) throw new Error(`${rows.length} rows instead of ${atLeast}: ${text}`);
      }
    },
    settled: async () => {
      for (const until = Date.now() + 20_000; ; await delay(20)) {
        const before = await open();
        const known = await query('SELECT max(id) AS last FROM domain_events');
        if (before === 0) await settle(database);
        // What the relay has copied between settling and looking again would be neither pending nor settled.
        const isQuiet = before === 0 && (await open()) === 0;
        if (isQuiet && isDeepStrictEqual(await query('SELECT max(id) AS last FROM domain_events'), known)) return;
        if (Date.now() > until) throw new Error(`${before} messages, commits and webhooks are still under way`);
      }
    },
    close: async () => {
      await service.stop();
      bus.destroy();
      await aws.close();
      await tokens.close();
      await drop();
    },
  };
}

/** A field of an answer. */
export function at(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
}
