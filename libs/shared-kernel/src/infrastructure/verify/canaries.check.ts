import { escapeIdentifier } from 'pg';
import type { Broken } from './broken.ts';
import type { Check } from './check.ts';

const TEXTS = `SELECT format('%I.%I', table_schema, table_name) AS name, table_name AS label, array_agg(column_name::text ORDER BY ordinal_position) AS columns
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
    AND data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'USER-DEFINED')
  GROUP BY table_schema, table_name ORDER BY 1`;

/** I12: no text of the database holds a canary, save in the columns that may. Each table is read once. */
export const canaries: Check = async (snapshot, scope) => {
  const patterns = scope.canaries.flatMap(spellings).map((text) => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  const broken: Broken[] = [];
  let looked = 0;
  for (const { name, label, columns } of await snapshot.rows<{ name: string; label: string; columns: string[] }>(TEXTS)) {
    const judged = columns.filter((column) => !scope.allowed.includes(`${label}.${column}`));
    if (judged.length === 0) continue;
    const counts = judged.map((column) => `count(*) FILTER (WHERE ${escapeIdentifier(column)}::text ILIKE ANY ($1))`);
    const [row] = await snapshot.rows<{ counts: string[] }>(`SELECT ARRAY[${counts.join(', ')}] AS counts FROM ${name}`, [
      patterns,
    ]);
    looked += judged.length;
    scope.progress(looked);
    judged.forEach((column, index) => {
      const rows = Number(row?.counts[index] ?? 0);
      if (rows > 0) broken.push({ place: `${label}.${column}`, expected: 'no canary', found: `a canary in ${rows} rows` });
    });
  }
  return { looked, broken, total: broken.length };
};

/** As it is, inside a JSON text, and inside a JSON text that is itself a string of one, such as a parked message. */
function spellings(text: string): string[] {
  const inJson = JSON.stringify(text).slice(1, -1);
  return [...new Set([text, inJson, JSON.stringify(inJson).slice(1, -1)])];
}
