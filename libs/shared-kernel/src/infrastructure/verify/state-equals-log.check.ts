import { MOST_LISTED, type Broken } from './broken.ts';
import type { Check } from './check.ts';
import type { Snapshot } from './snapshot.ts';

interface Row {
  readonly id: string;
  readonly version: number;
  readonly hash: string;
  readonly total: string;
}

const TABLES = `SELECT format('%I.%I', table_schema, table_name) AS name, table_name AS label
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
    AND column_name IN ('id', 'stream_version', 'stream_hash')
  GROUP BY table_schema, table_name HAVING count(*) = 3 ORDER BY 1`;

/**
 * I6 of state-stored aggregates: version and hash of every row are those of the newest event of its stream. A stream without a row is none:
 * rows may be erased. The hash covers type and id of the stream, so no table has to say which aggregate lives in it.
 */
export const stateEqualsLog: Check = async (snapshot, { stream }) => {
  let looked = 0;
  let total = 0;
  const broken: Broken[] = [];
  for (const table of await snapshot.rows<{ name: string; label: string }>(TABLES)) {
    const id = stream?.aggregateId ?? null;
    looked += await snapshot.count(`FROM ${table.name} state WHERE $1::text IS NULL OR state.id::text = $1`, [id]);
    const rows = await snapshot.rows<Row>(stale(table.name), [id]);
    total += Number(rows[0]?.total ?? 0);
    const newest = await newestEvents(snapshot, rows);
    for (const { id: row, version, hash } of rows)
      broken.push({
        place: `${table.label} ${row}`,
        expected: newest.get(row) ?? 'an event that led to it',
        found: `version ${version}, hash ${hash}`,
      });
  }
  return {
    looked,
    broken: broken.slice(0, MOST_LISTED),
    total,
    notJudged: 'read models and the columns beside version and hash: they need the fold of their service',
  };
};

function stale(table: string): string {
  return `SELECT state.id::text AS id, state.stream_version AS version, state.stream_hash AS hash, count(*) OVER () AS total
    FROM ${table} state LEFT JOIN domain_events event
      ON event.aggregate_id = state.id::text COLLATE "C" AND event.stream_version = state.stream_version AND event.hash = state.stream_hash
    WHERE ($1::text IS NULL OR state.id::text = $1) AND (event.id IS NULL OR EXISTS (
      SELECT 1 FROM domain_events newer WHERE newer.aggregate_type = event.aggregate_type
        AND newer.aggregate_id = event.aggregate_id AND newer.stream_version > event.stream_version))
    LIMIT ${MOST_LISTED}`;
}

/** By id: where the streams of that id stand. */
async function newestEvents(snapshot: Snapshot, rows: readonly Row[]): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const heads = await snapshot.rows<{ id: string; newest: string }>(
    `SELECT id, string_agg(newest, ' or ' ORDER BY newest) AS newest
     FROM (SELECT DISTINCT ON (aggregate_type, aggregate_id) aggregate_id AS id,
             'version ' || stream_version || ', hash ' || hash || ' of ' || aggregate_type || '/' || aggregate_id AS newest
           FROM domain_events WHERE aggregate_id = ANY($1) ORDER BY aggregate_type, aggregate_id, stream_version DESC) heads
     GROUP BY id`,
    [rows.map(({ id }) => id)],
  );
  return new Map(heads.map(({ id, newest }) => [id, newest]));
}
