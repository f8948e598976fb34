import type { QueryConfig } from 'pg';

/** One statement of several writes, so that a step of a saga is one round trip. Each shape has a name and is prepared once. */
export class StatementBuilder {
  readonly #parts: string[] = [];
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];

  constructor(private readonly name: string) {}

  get empty(): boolean {
    return this.#parts.length === 0;
  }

  /** The same Date is the same parameter. */
  value(value: unknown): string {
    const known = value instanceof Date ? this.#values.indexOf(value) : -1;
    if (known !== -1) return `$${known + 1}`;
    return `$${this.#values.push(value)}`;
  }

  /** Rows as one `unnest`, an array for each column. */
  table<T>(types: readonly string[], rows: readonly T[], values: (row: T) => readonly unknown[]): string {
    const matrix = rows.map(values);
    return `unnest(${types.map((type, column) => `${this.value(matrix.map((row) => row[column]))}::${type}[]`).join(', ')})`;
  }

  with(name: string, sql: string): void {
    this.#names.push(name);
    this.#parts.push(`${name} AS (${sql})`);
  }

  build(rest: string): QueryConfig {
    return {
      name: [this.name, ...this.#names].join('-'),
      text: `WITH ${this.#parts.join(',\n')}\n${rest}`,
      values: this.#values,
    };
  }
}
