import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templateDatabase, testPostgres } from '@edtech/local-postgres';
import {
  Database,
  inMessageContext,
  kernelMigrations,
  migrate,
  readMigrations,
  startService,
  UnitOfWork,
  type EventContract,
  type RecordedEvent,
} from '@edtech/shared-kernel';
import { recordedEvent } from '@edtech/shared-kernel/testing';
import { inject } from 'vitest';
import { adminService } from '../src/admin-service.module.ts';
import { AUDIENCE, ISSUER, tokenIssuer, type TokenIssuer } from './token-issuer.ts';

type Row = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface RunningAdminService {
  /** What it was started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly tokens: TokenIssuer;
  readonly url: string;
  get<T>(token: abstract new (...args: never[]) => T): T;
  /** Runs it as the handling of a message of its own, in one transaction. */
  handling<T>(work: () => Promise<T>): Promise<T>;
  query(text: string, values?: unknown[]): Promise<Row[]>;
  /** Names of the events of one aggregate, in order. */
  eventsOf(aggregateId: string): Promise<string[]>;
  call(method: string, path: string, token?: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * The service as it runs, over a database of its own. Without the workers, unless `env` says otherwise: then the test hands over the
 * events. There is no mail server and no bus.
 */
export async function runningAdminService(env: Readonly<Record<string, string>> = {}): Promise<RunningAdminService> {
  const folders = [kernelMigrations, ...adminService.migrations];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: 'admin',
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
  });
  const { url: databaseUrl, drop } = await clone();
  const tokens = await tokenIssuer();
  const folder = await mkdtemp(join(tmpdir(), 'admin-audit-'));
  const nowhere = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  Object.assign(process.env, nowhere);
  const environment = {
    ADMIN_AUDIT_CHECKPOINTS: join(folder, 'checkpoints.ndjson'),
    ADMIN_AUDIT_KEY: join(folder, 'key.pem'),
    USER_SERVICE_URL: 'http://127.0.0.1:1',
    ROLE: 'http',
    DATABASE_URL: databaseUrl,
    SMTP_URL: 'smtp://127.0.0.1:1',
    JWKS_URL: tokens.jwksUrl,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    LOG_LEVEL: 'silent',
    ...env,
  };
  const service = await startService(adminService, environment);
  const database = service.app.get(Database, { strict: false });
  const unitOfWork = service.app.get(UnitOfWork, { strict: false });
  const query = async (text: string, values: unknown[] = []): Promise<Row[]> =>
    (await database.query<Row>({ text, values })).rows;
  return {
    environment,
    tokens,
    url: service.url,
    get: (token) => service.app.get(token, { strict: false }),
    handling: (work) =>
      inMessageContext({ messageId: 'message-1', correlationId: 'corr-1', actor: { id: 'system:test', type: 'system' } }, () =>
        unitOfWork.run(work),
      ),
    query,
    eventsOf: async (aggregateId) =>
      (await query('SELECT event_name FROM domain_events WHERE aggregate_id = $1 ORDER BY id', [aggregateId])).map((row) =>
        String(row['event_name']),
      ),
    call: async (method, path, token, body, headers = {}) => {
      const response = await fetch(`${service.url}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      const json = /^application\/(?:problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : { text } };
    },
    close: async () => {
      await service.stop();
      await tokens.close();
      await drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An event as a consumer gets it, caused by a user. */
export function received<P extends object>(
  contract: EventContract<P>,
  aggregateId: string,
  payload: P,
  fields: Partial<RecordedEvent<P>> = {},
): RecordedEvent<P> {
  const actor = { id: 'user-1', type: 'user', role: 'tutor' } as const;
  return recordedEvent(contract, payload, { aggregateId, actor, ...fields });
}
