import pg from 'pg';
import { MOST_LISTED, type Broken } from './broken.ts';

const PAGE = 2_000;
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL work_mem = '64MB'; SET LOCAL cursor_tuple_fraction = 1; SET LOCAL jit = off`;

/** One moment of a service's database: everything that is asked of it sees the same committed state, and nothing can be written. */
export class Snapshot {
  private constructor(
    private readonly client: pg.Client,
    /** Last position of the feed. */
    readonly head: number,
    readonly takenAt: string,
  ) {}

  /**
   * Runs `work` on a snapshot of its own. Throws NotVerifiable when the database does not answer or holds no service. A long look keeps
   * the server from cleaning up dead rows meanwhile, as any long reader does.
   */
  static async of<T>(url: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: url, application_name: 'verify', connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(BEGIN);
      const { rows } = await client.query<{ head: string | null; taken_at: Date }>(
        'SELECT (SELECT position FROM feed_head) AS head, now() AS taken_at',
      );
      const takenAt = rows[0]?.taken_at.toISOString() ?? '';
      return await work(new Snapshot(client, Number(rows[0]?.head ?? 0), takenAt));
    } catch (error) {
      throw error instanceof NotVerifiable ? error : new NotVerifiable(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async rows<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    const { rows } = await this.client.query<R>(text, [...values]);
    return rows;
  }

  async count(text: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.rows<{ count: string }>(`SELECT count(*) ${text}`, values);
    return Number(row?.count ?? 0);
  }

  /** `text` selects place, expected and found of each violation; all are counted, the first are listed. */
  async broken(text: string, values: readonly unknown[] = []): Promise<{ broken: Broken[]; total: number }> {
    const rows = await this.rows<Broken & { total: string }>(
      `SELECT place, expected, found, count(*) OVER () AS total FROM (${text}) broken LIMIT ${MOST_LISTED}`,
      values,
    );
    return {
      broken: rows.map(({ place, expected, found }) => ({ place, expected, found })),
      total: Number(rows[0]?.total ?? 0),
    };
  }

  /** The rows in pages, so that memory stays flat. One at a time. */
  async *pages<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): AsyncGenerator<R[]> {
    await this.client.query(`DECLARE page NO SCROLL CURSOR FOR ${text}`, [...values]);
    for (let rows = await this.#fetch<R>(); rows.length > 0; rows = await this.#fetch<R>()) yield rows;
    await this.client.query('CLOSE page');
  }

  async #fetch<R extends pg.QueryResultRow>(): Promise<R[]> {
    return this.rows<R>(`FETCH ${PAGE} FROM page`);
  }
}

/** The database does not answer, or is not the migrated database of a service: nothing was judged. */
export class NotVerifiable extends Error {
  readonly code = 'NOT_VERIFIABLE';

  constructor(cause: unknown) {
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
    super(`the database cannot be checked: ${reason}`, { cause });
    this.name = 'NotVerifiable';
  }
}
