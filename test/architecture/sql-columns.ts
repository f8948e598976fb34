export interface TextColumn {
  readonly table: string;
  readonly column: string;
}

/** Columns that can hold words, of all tables that the migrations make. Throws for a migration that adds columns later: read those too, then. */
export function textColumns(migrations: readonly string[]): TextColumn[] {
  return migrations.flatMap((sql) => {
    const added = /ALTER TABLE (\w+)[^;]*\bADD COLUMN\b/i.exec(sql);
    if (added !== null) throw new Error(`columns are added to ${added[1]}: textColumns does not read ALTER TABLE`);
    return [...sql.matchAll(/CREATE TABLE (\w+) \((.*?)\n\)/gs)].flatMap(([, table = '', body = '']) =>
      [...body.matchAll(/^\s+(\w+)\s+(?:text|varchar|citext|jsonb?|bytea)\b/gm)].map(([, column = '']) => ({ table, column })),
    );
  });
}
