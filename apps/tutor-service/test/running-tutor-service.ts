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
import { tutorService } from '../src/tutor-service.module.ts';
import { AUDIENCE, ISSUER, tokenIssuer, type TokenIssuer } from './token-issuer.ts';

type Row = Readonly<Record<string, unknown>>;

export interface RunningTutorService {
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
  close(): Promise<void>;
}

/**
 * The service as it runs, over a database of its own. Without the workers, unless `env` says otherwise: then the test hands over the
 * events. There is no mail server and no bus.
 */
export async function runningTutorService(env: Readonly<Record<string, string>> = {}): Promise<RunningTutorService> {
  const folders = [kernelMigrations, ...tutorService.migrations];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: 'tutor',
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
  });
  const { url: databaseUrl, drop } = await clone();
  const tokens = await tokenIssuer();
  const documents = await mkdtemp(join(tmpdir(), 'tutor-documents-'));
  const nowhere = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  Object.assign(process.env, nowhere);
  const environment = {
    TUTOR_DOCUMENTS: documents,
    ROLE: 'http',
    DATABASE_URL: databaseUrl,
    SMTP_URL: 'smtp://127.0.0.1:1',
    JWKS_URL: tokens.jwksUrl,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    SERVICE_KEYS: tokens.serviceKeys,
    LOG_LEVEL: 'silent',
    ...env,
  };
  const service = await startService(tutorService, environment);
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
      inMessageContext(
        { messageId: 'message-1', correlationId: 'corr-1', actor: { id: 'admin-1', type: 'user', role: 'admin' } },
        () => unitOfWork.run(work),
      ),
    query,
    eventsOf: async (aggregateId) =>
      (await query('SELECT event_name FROM domain_events WHERE aggregate_id = $1 ORDER BY id', [aggregateId])).map((row) =>
        String(row['event_name']),
      ),
    close: async () => {
      await service.stop();
      await tokens.close();
      await drop();
      await rm(documents, { recursive: true, force: true });
    },
  };
}

/** An event as a consumer gets it, caused by an administrator. */
export function received<P extends object>(
  contract: EventContract<P>,
  aggregateId: string,
  streamVersion: number,
  payload: P,
  occurredAt = '2026-11-02T10:00:00.000Z',
): RecordedEvent<P> {
  const actor = { id: 'admin-1', type: 'user', role: 'admin' } as const;
  return recordedEvent(contract, payload, { aggregateId, streamVersion, occurredAt, actor });
}
