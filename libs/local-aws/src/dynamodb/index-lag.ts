import type { Clock, Random } from '../ports.ts';

type Item = Record<string, unknown>;

interface QueryAnswer {
  Items?: Item[];
  Count?: number;
  ScannedCount?: number;
}

/**
 * Makes queries on an index late, as they are on AWS: a written item appears, and a removed one disappears, only after its own
 * random part of the lag. Covers PutItem, UpdateItem and DeleteItem.
 */
export class IndexLag {
  private readonly writtenUntil = new Map<string, number>();
  private readonly lastAnswers = new Map<string, Item[]>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  written(table: string, key: Item, lagMs: number): void {
    const now = this.clock.now().getTime();
    for (const [known, until] of this.writtenUntil) if (until <= now) this.writtenUntil.delete(known);
    this.writtenUntil.set(keyText(table, key), now + this.random() * lagMs);
  }

  /** What the index would have answered; `query` is the request body, which tells one question from another. */
  late(query: string, table: string, keyNames: readonly string[], answer: QueryAnswer): QueryAnswer {
    const now = this.clock.now().getTime();
    const keyOf = (item: Item) => keyText(table, Object.fromEntries(keyNames.map((name) => [name, item[name]])));
    const isLate = (item: Item) => (this.writtenUntil.get(keyOf(item)) ?? 0) > now;
    const before = this.lastAnswers.get(query) ?? [];
    const shown = new Set(before.map(keyOf));
    const items = (answer.Items ?? []).filter((item) => !isLate(item) || shown.has(keyOf(item)));
    const present = new Set(items.map(keyOf));
    const gone = before.filter((item) => !present.has(keyOf(item)) && isLate(item));
    const Items = [...items, ...gone];
    this.lastAnswers.set(query, Items);
    return { ...answer, Items, Count: Items.length, ScannedCount: Items.length };
  }
}

const keyText = (table: string, key: Item): string =>
  JSON.stringify([table, ...Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))]);
