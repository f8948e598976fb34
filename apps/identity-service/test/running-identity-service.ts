import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templateDatabase, testPostgres } from '@edtech/local-postgres';
import { settle, recordedEvent } from '@edtech/shared-kernel/testing';
import {
  Database,
  inMessageContext,
  kernelMigrations,
  migrate,
  readMigrations,
  startService,
  type EventContract,
  type EventReaction,
} from '@edtech/shared-kernel';
import { DiscoveryService } from '@nestjs/core';
import { inject } from 'vitest';
import { discover } from '../../../libs/shared-kernel/src/infrastructure/service/discover-reactions.ts';
import { EventDelivery } from '../../../libs/shared-kernel/src/infrastructure/inbox/event-delivery.ts';
import { UnitOfWork } from '@edtech/shared-kernel';
import { identityService } from '../src/identity-service.module.ts';
import { CatchingServer } from './mail-catcher.ts';

type Row = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RunningIdentityService {
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  readonly mails: CatchingServer;
  get<T>(token: abstract new (...args: never[]) => T): T;
  /** A request with a JSON body. */
  call(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** As the queue hands it over: to every consumer of the event, each in a transaction of its own. */
  receive<P extends object>(contract: EventContract<P>, aggregateId: string, streamVersion: number, payload: P): Promise<void>;
  handling<T>(work: () => Promise<T>): Promise<T>;
  query(text: string, values?: unknown[]): Promise<Row[]>;
  /** Names of the events of one account, in order. */
  eventsOf(userId: string): Promise<string[]>;
  close(): Promise<void>;
}

/** The service as it runs, with its feed, over a database and a mail server of its own. There is no bus: the test hands over what comes from it. */
export async function runningIdentityService(env: Readonly<Record<string, string>> = {}): Promise<RunningIdentityService> {
  const folders = [kernelMigrations, ...identityService.migrations];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: 'identity',
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
  });
  const { url: databaseUrl, drop } = await clone();
  const mails = await CatchingServer.start();
  const keys = await mkdtemp(join(tmpdir(), 'identity-keys-'));
  const port = await freePort();
  const nowhere = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  Object.assign(process.env, nowhere);
  const environment = {
    IDENTITY_KEYS: keys,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    SMTP_URL: mails.url,
    JWKS_URL: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    JWT_ISSUER: 'https://identity.test',
    JWT_AUDIENCE: 'edtech',
    LOG_LEVEL: 'silent',
    ...env,
  };
  const service = await startService(identityService, environment);
  const database = service.app.get(Database, { strict: false });
  const unitOfWork = service.app.get(UnitOfWork, { strict: false });
  const delivery = new EventDelivery(unitOfWork);
  const consumers: readonly EventReaction[] = discover(service.app.get(DiscoveryService)).reactions.map(
    ({ reaction }) => reaction,
  );
  const query = async (text: string, values: unknown[] = []): Promise<Row[]> =>
    (await database.query<Row>({ text, values })).rows;
  return {
    environment,
    url: service.url,
    mails,
    get: (token) => service.app.get(token, { strict: false }),
    call: async (method, path, body, headers = {}) => {
      const answer = await fetch(`${service.url}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) };
    },
    receive: async (contract, aggregateId, streamVersion, payload) => {
      const event = recordedEvent(contract, payload, { aggregateId, streamVersion });
      for (const reaction of consumers) if (reaction.events.includes(contract.name)) await delivery.deliver(reaction, event);
    },
    handling: (work) =>
      inMessageContext({ messageId: 'message-1', correlationId: 'corr-1', actor: { id: 'system', type: 'system' } }, () =>
        unitOfWork.run(work),
      ),
    query,
    eventsOf: async (userId) =>
      (
        await query(
          `SELECT event_name FROM domain_events WHERE aggregate_type = 'Account' AND aggregate_id = $1 ORDER BY stream_version`,
          [userId],
        )
      ).map((row) => String(row['event_name'])),
    close: async () => {
      await service.stop();
      await mails.close();
      await drop();
      await rm(keys, { recursive: true, force: true });
    },
  };
}

export { settle };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
