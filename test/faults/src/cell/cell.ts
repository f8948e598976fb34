import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultProfile } from '@edtech/local-aws';
import { AUDIENCE, DEVELOPMENT_ISSUER, MailCatcher } from '@edtech/platform';
import { FaultProxy, type SeededRandom } from '@edtech/shared-kernel/testing';
import pg from 'pg';
import type { Mutant } from '../mutants.ts';
import { OBSERVED_EFFECTS } from '../preload/observed-effects.ts';
import { bundled, COMPILED } from './bundle.ts';
import { postgresOfThisRun, type DurablePostgres } from './durable-postgres.ts';
import { eventsOfBank } from './events-file.ts';
import { freePort } from './free-port.ts';
import { awsEnvironment, inherited, startAws } from './local-aws.ts';
import { Replica } from './replica.ts';
import { TestIssuer } from './test-issuer.ts';

export interface ServiceSpec {
  readonly name: string;
  /** Path of its program below the compiled harness, without its ending. */
  readonly program: string;
  readonly replicas: readonly ('http' | 'worker' | 'all')[];
}

export interface CellOptions {
  readonly random: SeededRandom;
  readonly services: readonly ServiceSpec[];
  /** A planted bug for every process of the services. */
  readonly mutant?: Mutant | undefined;
  /** Clocks of the processes are wrong by up to a day. */
  readonly skewed?: boolean;
  /** The services reach PostgreSQL and the AWS endpoint without a proxy between: for what breaks no connection. */
  readonly direct?: boolean;
  /** Divides the delays of saga timers. */
  readonly timeScale?: number;
  readonly log: (line: string) => void;
}

export interface RunningServiceInCell {
  readonly name: string;
  readonly databaseUrl: string;
  /** To look at what was stored, around the proxy. */
  readonly database: pg.Pool;
  readonly replicas: readonly Replica[];
  /** Addresses of the replicas that answer requests. */
  readonly urls: readonly string[];
}

const DAY_MS = 86_400_000;

/**
 * A whole system to be broken: PostgreSQL with fsync on, the local AWS endpoint and every replica of some services as processes of their own,
 * a fault proxy before each of the two, everything on ports and in a folder of its own.
 */
export class Cell {
  readonly services = new Map<string, RunningServiceInCell>();
  readonly issuer: TestIssuer;
  readonly #stops: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly folder: string,
    readonly postgres: DurablePostgres,
    readonly toPostgres: FaultProxy,
    readonly toAws: FaultProxy,
    readonly aws: Replica,
    readonly awsUrl: string,
    issuer: TestIssuer,
  ) {
    this.issuer = issuer;
  }

  /** What was started before a failure is stopped again. */
  static async start(options: CellOptions): Promise<Cell> {
    const folder = await mkdtemp(join(tmpdir(), 'edtech-faults-'));
    const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
    try {
      const postgres = await postgresOfThisRun();
      const toPostgres = await FaultProxy.start({ target: { host: '127.0.0.1', port: postgres.port } });
      stops.push(() => toPostgres.close());
      const events = await eventsOfBank(options.mutant?.withoutRule);
      const { aws, awsUrl, port } = await startAws(folder, events, options);
      stops.push(() => aws.stop());
      const toAws = await FaultProxy.start({ target: { host: '127.0.0.1', port } });
      stops.push(() => toAws.close());
      const issuer = await TestIssuer.open();
      const keys = await issuer.serveKeys();
      stops.push(() => keys.close());
      const mails = await MailCatcher.start(join(folder, 'mail'), 0);
      stops.push(() => mails.close());
      const cell = new Cell(folder, postgres, toPostgres, toAws, aws, awsUrl, issuer);
      cell.#stops.push(...stops.splice(0));
      try {
        await cell.#startServices(options, { jwksUrl: keys.url, smtpUrl: mails.url });
      } catch (error) {
        await cell.stop();
        throw error;
      }
      return cell;
    } catch (error) {
      for (const stop of stops.reverse()) await stop();
      throw error;
    }
  }

  service(name: string): RunningServiceInCell {
    const service = this.services.get(name);
    if (service === undefined) throw new Error(`no ${name} in this cell`);
    return service;
  }

  get replicas(): readonly Replica[] {
    return [...this.services.values()].flatMap(({ replicas }) => replicas);
  }

  /** Live switches of the bus, the queues and the tables. */
  async faults(profile: FaultProfile): Promise<void> {
    const answer = await fetch(`${this.awsUrl}/_local/faults`, { method: 'POST', body: JSON.stringify(profile) });
    if (!answer.ok) throw new Error(`the fault switches were not taken: ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    for (const { database } of this.services.values()) await database.end();
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }

  async #startServices(options: CellOptions, urls: { jwksUrl: string; smtpUrl: string }): Promise<void> {
    const starting: Promise<void>[] = [];
    for (const service of options.services) {
      const module = await bundled(service.program, options.mutant);
      const short = service.name.replace(/-service$/, '');
      const direct = await this.postgres.database(`cell_${short}`);
      const database = new pg.Pool({ connectionString: direct, max: 4 });
      database.on('error', () => undefined);
      await database.query(OBSERVED_EFFECTS);
      const proxied = new URL(direct);
      if (options.direct !== true) proxied.port = String(this.toPostgres.port);
      const replicas: Replica[] = [];
      const addresses: string[] = [];
      for (const [index, role] of service.replicas.entries()) {
        const port = await freePort();
        const url = `http://127.0.0.1:${port}`;
        if (role !== 'worker') addresses.push(url);
        const replica = new Replica(
          {
            name: `${short}-${role}-${index + 1}`,
            module,
            ready: async () => (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(1_000) })).ok,
            env: {
              ...inherited(),
              ...awsEnvironment(options.direct === true ? this.awsUrl : `http://127.0.0.1:${this.toAws.port}`, service.name),
              NODE_ENV: 'test',
              NODE_COMPILE_CACHE: COMPILED,
              DATABASE_URL: proxied.href,
              DATABASE_CONNECTIONS: '4',
              PORT: String(port),
              ROLE: role,
              SMTP_URL: urls.smtpUrl,
              JWKS_URL: urls.jwksUrl,
              JWT_ISSUER: DEVELOPMENT_ISSUER,
              JWT_AUDIENCE: AUDIENCE,
              LOG_LEVEL: 'warn',
              TIME_SCALE: String(options.timeScale ?? 1),
              TUTOR_DOCUMENTS: join(this.folder, 'documents'),
              FAULT_CLOCK_OFFSET_MS: options.skewed === true ? String(options.random.between(-DAY_MS, DAY_MS)) : undefined,
            },
          },
          options.log,
        );
        replicas.push(replica);
        starting.push(replica.start());
      }
      this.services.set(service.name, { name: service.name, databaseUrl: direct, database, replicas, urls: addresses });
    }
    await Promise.all(starting);
  }
}
