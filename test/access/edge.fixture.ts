import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { applyCatalogue, startLocalAws, type EventsFile, type LocalAws, type TablesFile } from '@edtech/local-aws';
import { templateDatabase, testPostgres } from '@edtech/local-postgres';
import { freePort, services as all, type PlatformService } from '@edtech/platform';
import {
  Database,
  EventStoreService,
  kernelMigrations,
  migrate,
  readMigrations,
  startService,
  waitingMessages,
  type EventContract,
  type RecordedEvent,
  type RunningService,
} from '@edtech/shared-kernel';
import { recordedEvent, settle } from '@edtech/shared-kernel/testing';
import type { InjectOptions } from 'fastify';
import { inject } from 'vitest';
import { AUDIENCE, EdgeTokens, ISSUER } from './edge-tokens.ts';

const INFRASTRUCTURE = join(import.meta.dirname, '..', '..', 'infrastructure', 'events');
/** Services that exist only as callers here; those that run are added. */
const CALLERS = ['identity-service', 'admin-service', 'matching-service'];

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Undefined when the text is no JSON. */
  readonly body: unknown;
}

export interface SendOptions {
  readonly token?: string | undefined;
  /** Text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface EdgeWorldOptions {
  /** Which of the platform's services run; all unless named. */
  readonly only?: readonly string[];
  /** How many of each; the first is the one that is asked. */
  readonly replicas?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Services as they run, workers and HTTP, each over a database of its own, with bus, queues and event store over HTTP. There is no mail server. */
export class EdgeWorld {
  readonly #bus = new EventBridgeClient({});

  constructor(
    readonly tokens: EdgeTokens,
    readonly aws: LocalAws,
    readonly replicas: Map<string, readonly RunningService[]>,
    private readonly start: (name: string, role: 'http', port: number) => Promise<RunningService>,
    readonly close: () => Promise<void>,
  ) {}

  get names(): readonly string[] {
    return [...this.replicas.keys()];
  }

  service(name: string, replica = 0): RunningService {
    const found = this.replicas.get(name)?.[replica];
    if (found === undefined) throw new Error(`${name} does not run here`);
    return found;
  }

  database(name: string): Database {
    return this.service(name).app.get(Database, { strict: false });
  }

  /** From now on nothing happens beside the requests. */
  async stopWorkers(): Promise<void> {
    for (const [name, services] of this.replicas) {
      const port = Number(new URL(services[0]?.url ?? '').port);
      for (const service of services) await service.stop();
      this.replicas.set(name, [await this.start(name, 'http', port)]);
    }
  }

  /** Through the whole HTTP stack of the service, without a socket. */
  async send(name: string, method: string, url: string, options: SendOptions = {}, replica = 0): Promise<Answer> {
    const { token, body, headers = {} } = options;
    const request: InjectOptions = {
      method: asMethod(method),
      url,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const reply = await this.service(name, replica).app.inject(request);
    return { status: reply.statusCode, headers: reply.headers, text: reply.body, body: parsed(reply.body) };
  }

  /** Puts an event on the bus as its producer would. */
  async publish<P extends object>(
    contract: EventContract<P>,
    payload: P,
    about: Partial<Pick<RecordedEvent, 'aggregateId' | 'streamVersion' | 'occurredAt' | 'actor'>> = {},
  ): Promise<void> {
    const { eventName, ...detail } = recordedEvent(contract, payload, about);
    const entry = {
      EventBusName: 'edtech-event-bus',
      Source: contract.producer,
      DetailType: eventName,
      Detail: JSON.stringify(detail),
    };
    const { FailedEntryCount } = await this.#bus.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount !== 0) throw new Error(`the bus refused ${eventName}`);
  }

  /** Waits until bus, queues, feeds and sagas have nothing left to do: at two looks, since work may move on behind the first. */
  async settled(timeoutMs = 30_000): Promise<void> {
    const queues = this.names.map((name) => `${name.replace('-service', '')}-inbox`);
    const until = Date.now() + timeoutMs;
    for (let calm = 0; calm < 2;) {
      await this.aws.idle();
      for (const name of this.names) await settle(this.database(name), { timeoutMs });
      const waiting = (await waitingMessages(queues)) + (await this.#uncopied());
      calm = waiting === 0 ? calm + 1 : 0;
      if (Date.now() > until) throw new Error(`${waiting} messages and commits still wait after ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Commits of event stores that the log does not have yet. */
  async #uncopied(): Promise<number> {
    let count = 0;
    for (const { definition } of all) {
      if (definition.eventStore === undefined || !this.replicas.has(definition.name)) continue;
      const store = this.service(definition.name).app.get(EventStoreService, { strict: false });
      for await (const _ of store.pendingCommits()) count++;
    }
    return count;
  }
}

export async function edgeWorld({ only, replicas = 1, env = {} }: EdgeWorldOptions = {}): Promise<EdgeWorld> {
  const running = all.filter(({ definition }) => only?.includes(definition.name) ?? true);
  const names = running.map(({ definition }) => definition.name);
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closing.splice(0).toReversed()) await closeOne();
  };
  try {
    const tokens = await EdgeTokens.open([...new Set([...CALLERS, ...all.map(({ definition }) => definition.name)])]);
    closing.push(() => tokens.close());
    const aws = await startLocalAws({ port: 0 });
    closing.push(() => aws.close());
    const events: EventsFile = JSON.parse(await readFile(join(INFRASTRUCTURE, 'events.json'), 'utf8'));
    const tables: TablesFile = JSON.parse(await readFile(join(INFRASTRUCTURE, 'tables.json'), 'utf8'));
    await applyCatalogue({ events, tables, endpoint: aws.url });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    const folder = await mkdtemp(join(tmpdir(), 'edge-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const ports = new Map(await Promise.all(names.map(async (name) => [name, await freePort()] as const)));
    const shared = environmentOf(tokens, folder, ports);
    const environments = new Map<string, Record<string, string>>();
    const started = new Map<string, readonly RunningService[]>();
    const start = async (name: string, role: 'all' | 'http', port = 0): Promise<RunningService> => {
      const found = running.find(({ definition }) => definition.name === name);
      if (found === undefined) throw new Error(`${name} does not run here`);
      const service = await startService(found.definition, { ...environments.get(name), ROLE: role, PORT: String(port) });
      closing.push(() => service.stop());
      return service;
    };
    for (const { definition } of running) {
      const { name } = definition;
      const database = await freshDatabase(definition);
      closing.push(() => database.drop());
      const key = JSON.stringify(tokens.serviceKeys.get(name));
      environments.set(name, { ...shared, DATABASE_URL: database.url, SERVICE_KEY: key, ...env });
      const ofService: RunningService[] = [];
      for (let replica = 0; replica < replicas; replica++)
        ofService.push(await start(name, 'all', replica === 0 ? ports.get(name) : 0));
      started.set(name, ofService);
    }
    return new EdgeWorld(tokens, aws, started, start, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** What all services are started with, whatever their names. */
export function environmentOf(tokens: EdgeTokens, folder: string, ports: ReadonlyMap<string, number>): Record<string, string> {
  return {
    SMTP_URL: 'smtp://127.0.0.1:1',
    JWKS_URL: tokens.jwksUrl,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    SERVICE_KEYS: tokens.publicServiceKeys,
    LOG_LEVEL: 'silent',
    TUTOR_DOCUMENTS: folder,
    IDENTITY_KEYS: join(folder, 'identity'),
    ADMIN_AUDIT_CHECKPOINTS: join(folder, 'audit', 'checkpoints.ndjson'),
    ADMIN_AUDIT_KEY: join(folder, 'audit', 'key.pem'),
    ...Object.fromEntries(
      all.map(({ definition: { name } }) => [
        `${name.toUpperCase().replaceAll('-', '_')}_URL`,
        `http://127.0.0.1:${ports.get(name) ?? 1}`,
      ]),
    ),
  };
}

export async function freshDatabase(
  definition: PlatformService['definition'],
): ReturnType<Awaited<ReturnType<typeof templateDatabase>>> {
  const folders = [kernelMigrations, ...definition.migrations];
  const clone = await templateDatabase(testPostgres(inject('postgres')), {
    name: definition.name.replaceAll('-', '_'),
    migrations: JSON.stringify(await readMigrations(folders)),
    migrate: (url) => migrate(url, folders),
  });
  return clone();
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function asMethod(method: string): (typeof METHODS)[number] {
  const found = METHODS.find((known) => known === method.toUpperCase());
  if (found === undefined) throw new Error(`${method} is not a method of our routes`);
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
