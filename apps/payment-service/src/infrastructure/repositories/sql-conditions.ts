/** Conditions joined by AND, with their values numbered. A condition that is left out is no part of the plan. */
export class SqlConditions {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  /** The placeholder of a value. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** Nothing for a value that is undefined. */
  add<T>(value: T | undefined, condition: (value: T) => string): this {
    if (value !== undefined) this.#conditions.push(condition(value));
    return this;
  }

  where(...more: readonly string[]): string {
    const all = [...more, ...this.#conditions];
    return all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  }
}
