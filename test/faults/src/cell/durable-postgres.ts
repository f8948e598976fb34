import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from '@edtech/local-postgres';
import { freePort } from '@edtech/platform';

const AGAIN_MS = 50;

let ofThisRun: Promise<DurablePostgres> | undefined;

/** One server for all sections of a run, each in databases of its own; started when it is first asked for. */
export async function postgresOfThisRun(): Promise<DurablePostgres> {
  ofThisRun ??= mkdtemp(join(tmpdir(), 'edtech-postgres-')).then(async (folder) =>
    DurablePostgres.start(join(folder, 'cluster'), await freePort(), () => rm(folder, { recursive: true, force: true })),
  );
  return ofThisRun;
}

export async function stopPostgresOfThisRun(): Promise<void> {
  const postgres = await ofThisRun;
  ofThisRun = undefined;
  await postgres?.stop();
}

/** A PostgreSQL with fsync on that is started again when it dies, as an operator's supervisor would. */
export class DurablePostgres {
  #stopping = false;
  #databases = 0;
  #again: Promise<void> = Promise.resolve();

  private constructor(
    private readonly dataDir: string,
    readonly port: number,
    private server: PostgresServer,
    private readonly remove: () => Promise<void>,
  ) {}

  static async start(dataDir: string, port: number, remove: () => Promise<void>): Promise<DurablePostgres> {
    return new DurablePostgres(dataDir, port, await startPostgres({ dataDir, port }), remove);
  }

  /** URL of a new, empty database with a role of its own. */
  database(purpose: string): Promise<string> {
    return this.server.ensureDatabase(`${purpose}_${++this.#databases}`);
  }

  /** Ends every process of the server at once, and starts it again after `downMs`. Resolves when it is up. */
  async kill(downMs = AGAIN_MS): Promise<void> {
    const { pid } = this.server;
    if (pid === undefined) return this.#again;
    process.kill(pid, 'SIGKILL');
    this.#again = this.#restart(downMs);
    return this.#again;
  }

  /** An orderly stop for `downMs`. Resolves when it is up again. */
  async outage(downMs: number): Promise<void> {
    await this.server.stop();
    this.#again = this.#restart(downMs);
    return this.#again;
  }

  /** Resolves when it runs. */
  async settled(): Promise<void> {
    await this.#again;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#again;
    await this.server.stop();
    await this.remove();
  }

  async #restart(downMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, downMs));
    for (let attempt = 1; !this.#stopping; attempt++) {
      try {
        this.server = await startPostgres({ dataDir: this.dataDir, port: this.port });
        return;
      } catch (error) {
        if (attempt === 5) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }
}
