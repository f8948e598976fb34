import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  applyCatalogue,
  developmentFaults,
  eventOwnership,
  noFaults,
  startLocalAws,
  type EventsFile,
  type TablesFile,
} from '@edtech/local-aws';
import { choosePostgres } from '@edtech/local-postgres';
import { startService } from '@edtech/shared-kernel';
import { bootstrapSuperadmin } from '@edtech/user-service';
import { SupervisedChild, untilAnswers } from './child-process.ts';
import { AUDIENCE, DEVELOPMENT_ISSUER, pointAwsTo, refuseProduction, type PlatformConfig } from './config.ts';
import { Api } from './demo/api.ts';
import { freePort } from './free-port.ts';
import { startGateway } from './gateway.ts';
import { MailCatcher } from './mail-catcher.ts';
import { ensureSuperadmin } from './people.ts';
import { ServiceKeys } from './service-keys.ts';
import { services, type PlatformService } from './services.ts';

export interface PlatformOptions {
  /** Each service and the AWS endpoint as a process of its own. */
  readonly isolated: boolean;
  /** How many of each service. */
  readonly replicas: number;
  readonly log: (line: string) => void;
}

export interface RunningPlatform {
  readonly url: string;
  readonly awsUrl: string;
  readonly serviceKeys: ServiceKeys;
  readonly postgres: string;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EVENTS = join(ROOT, 'infrastructure', 'events', 'events.json');
const TABLES = join(ROOT, 'infrastructure', 'events', 'tables.json');
const CHILD_READY_MS = 30_000;

/** Starts everything in order of need; what was started before a failure is stopped again. */
export async function startPlatform(config: PlatformConfig, options: PlatformOptions): Promise<RunningPlatform> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
  };
  try {
    refuseProduction(config);
    const serviceKeys = await ServiceKeys.open(config.dataDir);
    const events: EventsFile = JSON.parse(await readFile(EVENTS, 'utf8'));
    const tables: TablesFile = JSON.parse(await readFile(TABLES, 'utf8'));
    const started = await Promise.allSettled([
      startPostgres(config, options, stops),
      startAws(config, options, events, stops),
      startMail(config, stops),
    ]);
    const [postgres, awsUrl, mails] = valuesOf(started);
    await applyCatalogue({ events, tables, endpoint: awsUrl });

    // Every service has to know before it starts where identity-service publishes the keys of tokens, and where the others answer.
    const ports = await Promise.all(services.map(async (service) => [service, await portOf(service, config)] as const));
    const gatewayPort = config.gatewayPort === 0 ? await freePort() : config.gatewayPort;
    const urls = Object.fromEntries(ports.map(([service, port]) => [urlVariableOf(service), `http://127.0.0.1:${port}`]));
    const env = {
      RATE_LIMITS: 'on',
      ...config.env,
      TRUSTED_PROXIES: '127.0.0.1',
      SMTP_URL: mails.url,
      JWKS_URL: `${urls['IDENTITY_SERVICE_URL']}/.well-known/jwks.json`,
      JWT_ISSUER: DEVELOPMENT_ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      SERVICE_KEYS: JSON.stringify(serviceKeys.publicKeys),
      ...urls,
      TIME_SCALE: String(config.timeScale),
      PAYOUT_TIME_SCALE: String(config.payoutTimeScale),
      LOG_LEVEL: config.logLevel,
      IDENTITY_PUBLIC_URL: `http://127.0.0.1:${gatewayPort}`,
      IDENTITY_KEYS: join(config.dataDir, 'identity'),
      TUTOR_DOCUMENTS: join(config.dataDir, 'documents'),
      ADMIN_AUDIT_CHECKPOINTS: join(config.dataDir, 'audit', 'checkpoints.ndjson'),
      ADMIN_AUDIT_KEY: join(config.dataDir, 'audit', 'key.pem'),
    };
    const upstreams: Record<string, readonly string[]> = {};
    for (const [service, port] of ports) {
      const replicas = Array.from({ length: options.replicas }, (_, replica) => replica);
      upstreams[service.definition.name] = await Promise.all(
        replicas.map((replica) =>
          startReplica(service, {
            env: {
              ...env,
              PORT: String(replica > 0 && config.gatewayPort === 0 ? 0 : port + 100 * replica),
              SERVICE_KEY: JSON.stringify(serviceKeys.privateKeyOf(service.definition.name)),
              DATABASE_URL: postgres.urls[databaseOf(service)] ?? '',
            },
            awsUrl,
            options,
            stops,
          }),
        ),
      );
    }
    const gateway = await startGateway({
      port: gatewayPort,
      prefixes: Object.fromEntries(
        services.flatMap(({ prefixes, definition }) => prefixes.map((prefix) => [prefix, definition.name])),
      ),
      upstreams,
      mails: () => mails.mails(),
    });
    stops.push(() => gateway.close());
    await ensureSuperadmin(new Api(gateway.url), config.dataDir, (person) =>
      bootstrapSuperadmin(person, {
        ...env,
        SERVICE_KEY: JSON.stringify(serviceKeys.privateKeyOf('user-service')),
        DATABASE_URL: postgres.urls['user'] ?? '',
      }),
    );
    return { url: gateway.url, awsUrl, serviceKeys, postgres: postgres.description, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startPostgres(
  config: PlatformConfig,
  { log }: PlatformOptions,
  stops: (() => Promise<void>)[],
): Promise<Awaited<ReturnType<typeof choosePostgres>>> {
  const postgres = await choosePostgres({
    env: config.env,
    services: services.map(databaseOf),
    dataDir: join(config.dataDir, 'postgres'),
    port: config.postgresPort,
    log: (line) => {
      if (config.logLevel === 'debug') log(line);
    },
  });
  stops.push(() => postgres.stop());
  return postgres;
}

async function startAws(
  config: PlatformConfig,
  { isolated, log }: PlatformOptions,
  events: EventsFile,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const dataDir = join(config.dataDir, 'aws');
  if (isolated) {
    const url = `http://127.0.0.1:${config.awsPort}`;
    const child = new SupervisedChild({
      name: 'local-aws',
      module: join(ROOT, 'libs', 'local-aws', 'dist', 'main.js'),
      args: [
        '--port',
        String(config.awsPort),
        '--data-dir',
        dataDir,
        '--events',
        EVENTS,
        ...(config.faults === 'development' ? ['--development-faults'] : []),
      ],
      env: config.env,
      log,
    });
    stops.push(() => child.stop());
    await untilAnswers('local-aws', `${url}/_local/health`, CHILD_READY_MS);
    return url;
  }
  const aws = await startLocalAws({
    dataDir,
    port: config.awsPort,
    faults: config.faults === 'development' ? developmentFaults : noFaults,
    ownership: eventOwnership(events),
  });
  stops.push(() => aws.close());
  return aws.url;
}

async function startMail(config: PlatformConfig, stops: (() => Promise<void>)[]): Promise<MailCatcher> {
  const mails = await MailCatcher.start(join(config.dataDir, 'mail'), config.smtpPort);
  stops.push(() => mails.close());
  return mails;
}

interface ReplicaOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly awsUrl: string;
  readonly options: PlatformOptions;
  readonly stops: (() => Promise<void>)[];
}

async function startReplica({ definition }: PlatformService, { env, awsUrl, options, stops }: ReplicaOptions): Promise<string> {
  const { name } = definition;
  if (!options.isolated) {
    const service = await startService(definition, env);
    stops.push(() => service.stop());
    return service.url;
  }
  const url = `http://127.0.0.1:${env['PORT']}`;
  const child = new SupervisedChild({
    name,
    module: join(ROOT, 'apps', name, 'dist', 'main.js'),
    env: { ...env, ...pointAwsTo(awsUrl, name) },
    log: options.log,
  });
  stops.push(() => child.stop());
  await untilAnswers(name, `${url}/health/live`, CHILD_READY_MS);
  return url;
}

/** Where the first replica answers. */
async function portOf({ portOffset }: PlatformService, { gatewayPort }: PlatformConfig): Promise<number> {
  return gatewayPort === 0 ? freePort() : gatewayPort + portOffset;
}

/** `payment-service` -> `PAYMENT_SERVICE_URL`. */
function urlVariableOf({ definition }: PlatformService): string {
  return `${definition.name.toUpperCase().replaceAll('-', '_')}_URL`;
}

function databaseOf({ definition }: PlatformService): string {
  return definition.name.replace(/-service$/, '');
}

function valuesOf<T extends readonly PromiseSettledResult<unknown>[]>(
  results: T,
): { [K in keyof T]: T[K] extends PromiseSettledResult<infer V> ? V : never };
function valuesOf(results: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
