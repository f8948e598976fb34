import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { isConnectionLoss } from './pg-errors.ts';

export interface Connection {
  readonly client: pg.PoolClient;
  /** Tells why a statement failed, so that a lost connection is not used again. */
  failed(error: unknown): void;
  /** Closes the connection instead of using it again: somebody may still hold it. */
  discard(): void;
  release(): void;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Most connections of this process, the listener apart. */
  readonly connections?: number;
  /** A statement that has no answer by then counts as a lost connection. Longer than the server lets a statement run. */
  readonly answerWithinMs?: number;
}

/**
 * The service's Postgres. A lost connection never ends the process: idle clients have an error listener, and a client whose connection
 * broke is thrown away while every other error leaves it in the pool.
 */
export class Database {
  readonly pool: pg.Pool;
  readonly #connected = new WeakMap<pg.PoolClient, NodePgDatabase>();
  readonly #pooled: NodePgDatabase;

  constructor(readonly options: DatabaseOptions) {
    this.pool = new pg.Pool({
      connectionString: options.url,
      application_name: options.applicationName,
      max: options.connections ?? 8,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 30_000,
      query_timeout: options.answerWithinMs ?? 35_000,
      lock_timeout: 10_000,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    this.pool.on('error', ignore);
    // The pool watches idle clients only; the end of a connection may arrive in the packet that makes it ready, before anybody holds it.
    this.pool.on('connect', (client) => client.on('error', ignore));
    this.#pooled = drizzle({ client: this.pool });
  }

  /** Every statement on its own, on any connection. */
  get pooled(): NodePgDatabase {
    return this.#pooled;
  }

  on(client: pg.PoolClient): NodePgDatabase {
    let connected = this.#connected.get(client);
    if (connected === undefined) {
      connected = drizzle({ client });
      this.#connected.set(client, connected);
    }
    return connected;
  }

  /** One statement, committed by itself. Unlike `pool.query`, an error that is not a lost connection keeps the connection. */
  async query<R extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<R>> {
    return this.withClient((client) => client.query<R>(statement));
  }

  async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.acquire();
    try {
      return await work(connection.client);
    } catch (error) {
      connection.failed(error);
      throw error;
    } finally {
      connection.release();
    }
  }

  /** A connection of its own until `release`; a broken one is closed then. */
  async acquire(): Promise<Connection> {
    const client = await this.pool.connect();
    let broken = false;
    const onError = (): void => {
      broken = true;
    };
    client.on('error', onError);
    return {
      client,
      failed: (error) => {
        broken ||= isConnectionLoss(error);
      },
      discard: onError,
      release: () => {
        client.off('error', onError);
        client.release(broken);
      },
    };
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

function ignore(): void {}
