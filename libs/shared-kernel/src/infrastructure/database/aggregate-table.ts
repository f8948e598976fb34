import { getTableConfig, integer, text, timestamp, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { StreamPosition } from '../../domain/stream-position.ts';

/** The columns every state-stored aggregate has: where its stream stands. */
export const streamColumns = {
  streamVersion: integer('stream_version').notNull(),
  streamHash: text('stream_hash').notNull(),
  recordedAt: timestamp('recorded_at', { withTimezone: true, mode: 'date' }).notNull(),
};

export interface StreamRow {
  readonly streamVersion: number;
  readonly streamHash: string;
  readonly recordedAt: Date;
}

export function positionOf(row: StreamRow): StreamPosition {
  return { version: row.streamVersion, hash: row.streamHash, recordedAt: row.recordedAt.toISOString() };
}

/** A drizzle table with a text or uuid primary key `id` and the stream columns, prepared for writing aggregates. */
export class AggregateTable<T extends PgTable & { _: { columns: { id: PgColumn } } }> {
  readonly name: string;
  readonly columns: readonly { readonly property: string; readonly column: PgColumn }[];

  constructor(readonly table: T) {
    const config = getTableConfig(table);
    this.name = config.name;
    const properties = new Map(
      Object.entries(table).flatMap(([property, column]: [string, unknown]) =>
        isColumn(column) ? [[column.name, property] as const] : [],
      ),
    );
    this.columns = config.columns.map((column) => ({ property: properties.get(column.name) ?? column.name, column }));
  }

  /** The row's values as the driver wants them, in the order of `columns`. */
  values(row: Readonly<Record<string, unknown>>): unknown[] {
    return this.columns.map(({ property, column }) => {
      const value = row[property];
      return value === undefined || value === null ? null : column.mapToDriverValue(value);
    });
  }
}

function isColumn(value: unknown): value is PgColumn {
  return typeof value === 'object' && value !== null && 'mapToDriverValue' in value && 'name' in value;
}
