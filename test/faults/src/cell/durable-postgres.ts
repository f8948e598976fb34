import { startPostgres, type PostgresServer } from '@edtech/local-postgres';

const AGAIN_MS = 50;

/** A PostgreSQL with fsync on that is started again when it dies, as an operator's supervisor would. */
export class DurablePostgres {
  #stopping = false;
  #again: Promise<void> = Promise.resolve();

  private constructor(
    private readonly dataDir: string,
    readonly port: number,
    private server: PostgresServer,
  ) {}

  static async start(dataDir: string, port: number): Promise<DurablePostgres> {
    return new DurablePostgres(dataDir, port, await startPostgres({ dataDir, port }));
  }

  /** URL of a database that is created if need be, with a role of its own. */
  database(name: string): Promise<string> {
    return this.server.ensureDatabase(name);
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
