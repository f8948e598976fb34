import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventsFile, FaultProfile } from '@edtech/local-aws';
import { MailCatcher, freePort } from '@edtech/platform';
import { FaultProxy, type SeededRandom } from '@edtech/shared-kernel/testing';
import pg from 'pg';
import type { Mutant } from '../mutants.ts';
import { OBSERVED_EFFECTS } from '../preload/observed-effects.ts';
import { bundled } from './bundle.ts';
import { postgresOfThisRun, type DurablePostgres } from './durable-postgres.ts';
import { eventsOfBank } from './events-file.ts';
import { awsEnvironment, startAws } from './local-aws.ts';
import { Mailbox } from './mailbox.ts';
import { Replica } from './replica.ts';
import { serviceEnvironment } from './service-environment.ts';
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
  /** What the bus carries, and to whom; the events of the bank when left out. */
  readonly events?: EventsFile;
  /** Which of the services signs the tokens that all of them accept; the issuer of the cell when left out. */
  readonly signedBy?: string;
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
  /** What its first replica was started with. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DAY_MS = 86_400_000;

/**
 * A whole system to be broken: PostgreSQL with fsync on, the local AWS endpoint and every replica of some services as processes of their own,
 * a fault proxy before each of the two, everything on ports and in a folder of its own.
 */
export class Cell {
  readonly services = new Map<string, RunningServiceInCell>();
  readonly #stops: (() => Promise<unknown>)[] = [];
  /** By the address of a replica: by how much its clock is wrong. */
  readonly #clockOffsets = new Map<string, number>();

  private constructor(
    readonly folder: string,
    readonly postgres: DurablePostgres,
    readonly toPostgres: FaultProxy,
    readonly toAws: FaultProxy,
    readonly aws: Replica,
    readonly awsUrl: string,
    readonly issuer: TestIssuer,
    readonly mailbox: Mailbox,
  ) {}

  /** What was started before a failure is stopped again. */
  static async start(options: CellOptions): Promise<Cell> {
    const folder = await mkdtemp(join(tmpdir(), 'edtech-faults-'));
    const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
    try {
      const [postgres] = await Promise.all([
        postgresOfThisRun(),
        ...options.services.map(({ program }) => bundled(program, options.mutant)),
      ]);
      const toPostgres = await FaultProxy.start({ target: { host: '127.0.0.1', port: postgres.port } });
      stops.push(() => toPostgres.close());
      const events = options.events ?? (await eventsOfBank(options.mutant?.withoutRule));
      const { aws, awsUrl, port } = await startAws(folder, events, options);
      stops.push(() => aws.stop());
      const toAws = await FaultProxy.start({ target: { host: '127.0.0.1', port } });
      stops.push(() => toAws.close());
      const issuer = await TestIssuer.open();
      const keys = await issuer.serveKeys();
      stops.push(() => keys.close());
      const mailFolder = join(folder, 'mail');
      const mails = await MailCatcher.start(mailFolder, 0);
      stops.push(() => mails.close());
      const cell = new Cell(folder, postgres, toPostgres, toAws, aws, awsUrl, issuer, new Mailbox(mailFolder));
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

  /** An access token of a student that whoever answers at `url` takes for a new one, however wrong the clock is there. */
  async token(userId: string, url: string): Promise<string> {
    return this.issuer.mint({ userId, role: 'student' }, this.#clockOffsets.get(url));
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

  async #startServices(options: CellOptions, { jwksUrl, smtpUrl }: { jwksUrl: string; smtpUrl: string }): Promise<void> {
    const places = await placesOf(options.services);
    const firsts = new Map([...places].map(([name, [first = '']]) => [name, first]));
    const environmentOf = await serviceEnvironment({
      folder: this.folder,
      smtpUrl,
      jwksUrl: options.signedBy === undefined ? jwksUrl : `${firsts.get(options.signedBy)}/.well-known/jwks.json`,
      timeScale: options.timeScale ?? 1,
      urls: firsts,
    });
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
      const env = {
        ...environmentOf(service.name),
        ...awsEnvironment(options.direct === true ? this.awsUrl : `http://127.0.0.1:${this.toAws.port}`, service.name),
        DATABASE_URL: proxied.href,
      };
      const replicas: Replica[] = [];
      const addresses: string[] = [];
      for (const [index, role] of service.replicas.entries()) {
        const url = places.get(service.name)?.[index] ?? '';
        if (role !== 'worker') addresses.push(url);
        const clockOffset = options.skewed === true ? options.random.between(-DAY_MS, DAY_MS) : undefined;
        this.#clockOffsets.set(url, clockOffset ?? 0);
        const replica = new Replica(
          {
            name: `${short}-${role}-${index + 1}`,
            module,
            ready: async () => (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(1_000) })).ok,
            env: {
              ...env,
              PORT: new URL(url).port,
              ROLE: role,
              FAULT_CLOCK_OFFSET_MS: clockOffset?.toString(),
            },
          },
          options.log,
        );
        replicas.push(replica);
        starting.push(replica.start());
      }
      this.services.set(service.name, { name: service.name, databaseUrl: direct, database, replicas, urls: addresses, env });
    }
    await Promise.all(starting);
  }
}

/** Where each replica of each service will answer: the others have to know before it starts. */
async function placesOf(services: readonly ServiceSpec[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const places = services.map(
    async ({ name, replicas }) =>
      [name, await Promise.all(replicas.map(async () => `http://127.0.0.1:${await freePort()}`))] as const,
  );
  return new Map(await Promise.all(places));
}
