export interface TextColumn {
  readonly table: string;
  readonly column: string;
}

const WORDS = String.raw`(?:text|varchar|citext|jsonb?|bytea)\b`;
const OF_NEW_TABLE = new RegExp(String.raw`^\s+(\w+)\s+${WORDS}`, 'gm');
const ADDED = new RegExp(String.raw`\bADD COLUMN (\w+)\s+${WORDS}`, 'g');

/** Columns that can hold words, of all tables that the migrations make or add columns to. */
export function textColumns(migrations: readonly string[]): TextColumn[] {
  const columnsIn = (sql: string, table: RegExp, column: RegExp): TextColumn[] =>
    [...sql.matchAll(table)].flatMap(([, name = '', body = '']) =>
      [...body.matchAll(column)].map(([, found = '']) => ({ table: name, column: found })),
    );
  return migrations.flatMap((sql) => [
    ...columnsIn(sql, /CREATE TABLE (\w+) \((.*?)\n\)/gs, OF_NEW_TABLE),
    ...columnsIn(sql, /ALTER TABLE (\w+)([^;]*)/g, ADDED),
  ]);
}
