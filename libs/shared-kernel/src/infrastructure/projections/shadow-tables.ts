import type { PoolClient } from 'pg';
import { escapeIdentifier } from 'pg';
import type { Projection } from '../../application/projection.ts';

/** How the rebuilt rows of a table differ from the live ones, both at the same event. */
export interface TableComparison {
  readonly table: string;
  readonly live: number;
  readonly rebuilt: number;
  readonly equal: boolean;
}

/**
 * The tables of one projection beside the live ones: of the same name in a schema of their own, so that the same statements reach the one or the
 * other by the search path of their transaction. To be called inside of a transaction.
 */
export class ShadowTables {
  readonly #schema: string;
  readonly #retired: string;

  constructor(private readonly projection: Projection) {
    const short = projection.name.replaceAll(/[^a-z0-9_]/g, '_');
    this.#schema = `rebuild_${short}`;
    this.#retired = `retired_${short}`;
  }

  /** Empty ones, whatever was there before. */
  async create(client: PoolClient): Promise<void> {
    await client.query(`DROP SCHEMA IF EXISTS ${this.#schema} CASCADE`);
    await client.query(`CREATE SCHEMA ${this.#schema}`);
    for (const table of this.#tables()) {
      await client.query(`CREATE TABLE ${this.#schema}.${table} (LIKE public.${table} INCLUDING ALL)`);
    }
  }

  /** From here to the end of the transaction, unqualified names mean these tables. */
  async use(client: PoolClient): Promise<void> {
    await client.query(`SET LOCAL search_path TO ${this.#schema}, public`);
  }

  async compare(client: PoolClient): Promise<TableComparison[]> {
    const compared: TableComparison[] = [];
    for (const table of this.projection.tables) {
      const name = escapeIdentifier(table);
      const live = await fingerprint(client, `public.${name}`);
      const rebuilt = await fingerprint(client, `${this.#schema}.${name}`);
      compared.push({
        table,
        live: live.rows,
        rebuilt: rebuilt.rows,
        equal: live.sum === rebuilt.sum && live.rows === rebuilt.rows,
      });
    }
    return compared;
  }

  /** They become the live ones; those are kept under another schema until the next swap. */
  async swap(client: PoolClient): Promise<void> {
    await client.query(`DROP SCHEMA IF EXISTS ${this.#retired} CASCADE`);
    await client.query(`CREATE SCHEMA ${this.#retired}`);
    for (const table of this.#tables()) {
      await client.query(`ALTER TABLE public.${table} SET SCHEMA ${this.#retired}`);
      await client.query(`ALTER TABLE ${this.#schema}.${table} SET SCHEMA public`);
    }
    await client.query(`DROP SCHEMA ${this.#schema}`);
    await this.#renameIndexes(client);
  }

  /** A copied index gets a name of its own; migrations know it by the old one. */
  async #renameIndexes(client: PoolClient): Promise<void> {
    const { rows } = await client.query<{ name: string; copy: string }>({
      text: COPIED_INDEXES,
      values: [this.projection.tables, this.#retired],
    });
    for (const { name, copy } of rows)
      await client.query(`ALTER INDEX public.${escapeIdentifier(copy)} RENAME TO ${escapeIdentifier(name)}`);
  }

  #tables(): string[] {
    return this.projection.tables.map((table) => escapeIdentifier(table));
  }
}

/** Indexes of the live tables with another name than those of the retired tables with the same definition. */
const COPIED_INDEXES = `
WITH defined AS (
  SELECT schemaname, tablename, indexname, regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX .* ON [^ ]+ ', '\\1') AS definition,
         row_number() OVER (PARTITION BY schemaname, tablename, regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX .* ON [^ ]+ ', '\\1')
                            ORDER BY indexname) AS nth
  FROM pg_indexes WHERE tablename = ANY($1)
)
SELECT old.indexname AS name, new.indexname AS copy
FROM defined old JOIN defined new USING (tablename, definition, nth)
WHERE old.schemaname = $2 AND new.schemaname = 'public' AND old.indexname <> new.indexname`;

/** Independent of the order of rows: counts them and adds up a hash of each. */
async function fingerprint(client: PoolClient, table: string): Promise<{ rows: number; sum: string }> {
  const { rows } = await client.query<{ rows: number; sum: string }>(
    `SELECT count(*)::int AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS sum FROM ${table} AS t`,
  );
  return rows[0] ?? { rows: 0, sum: '0' };
}
