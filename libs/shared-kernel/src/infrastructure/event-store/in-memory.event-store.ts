import type { Clock } from '../../application/clock.ts';
import type { EventContracts } from '../../application/event-contract.ts';
import { EventStoreService, type EventStoreOptions } from './event-store.service.ts';
import { numberOf, textOf } from './stored-commit.ts';
import type { EventTable, Item, ItemKey, QueryOptions } from './event-table.ts';

const PAGE = 1_000;

/** The table without DynamoDB: gone with the process, consistent at any time. */
export class InMemoryEventTable implements EventTable {
  readonly #partitions = new Map<string, Map<string, Item>>();

  async putNew(item: Item): Promise<boolean> {
    return this.#putIf(item, (existing) => existing === undefined);
  }

  async putNewer(item: Item): Promise<boolean> {
    return this.#putIf(item, (existing) => existing === undefined || numberOf(existing, 'version') < numberOf(item, 'version'));
  }

  async replace(item: Item): Promise<void> {
    if (!this.#putIf(item, (existing) => existing !== undefined)) throw new Error('there is no such item to replace');
  }

  async get({ partition, sort }: ItemKey): Promise<Item | undefined> {
    return structuredClone(this.#partitions.get(partition)?.get(sort));
  }

  async *query(
    partition: string,
    { from, to, newestFirst = false, pageSize = PAGE }: QueryOptions,
  ): AsyncGenerator<readonly Item[]> {
    const entries = [...(this.#partitions.get(partition) ?? [])].filter(([sort]) => sort >= from && sort <= to);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    if (newestFirst) entries.reverse();
    for (let at = 0; at < entries.length; at += pageSize)
      yield entries.slice(at, at + pageSize).map(([, item]) => structuredClone(item));
  }

  async unmark({ partition, sort }: ItemKey): Promise<void> {
    const item = this.#partitions.get(partition)?.get(sort);
    if (item === undefined) throw new Error('there is no such item to unmark');
    delete item['pending'];
  }

  async *partitions(): AsyncGenerator<readonly string[]> {
    yield [...this.#partitions.keys()];
  }

  async *marked(mark: string): AsyncGenerator<readonly ItemKey[]> {
    const items = [...this.#partitions.values()].flatMap((partition) => [...partition.values()]);
    yield items
      .filter((item) => item['pending']?.S === mark)
      .map((item) => ({ partition: textOf(item, 'PK'), sort: textOf(item, 'SK') }));
  }

  /** Takes an item away, as no event store does. */
  remove({ partition, sort }: ItemKey): void {
    this.#partitions.get(partition)?.delete(sort);
  }

  #putIf(item: Item, allowed: (existing: Item | undefined) => boolean): boolean {
    const partition = this.#partitions.get(textOf(item, 'PK')) ?? new Map<string, Item>();
    const sort = textOf(item, 'SK');
    if (!allowed(partition.get(sort))) return false;
    this.#partitions.set(textOf(item, 'PK'), partition.set(sort, structuredClone(item)));
    return true;
  }
}

/** The event store for tests: the same code over a table in memory. */
export class InMemoryEventStore extends EventStoreService {
  constructor(contracts: EventContracts, clock: Clock, options: EventStoreOptions & { readonly table?: EventTable } = {}) {
    super(options.table ?? new InMemoryEventTable(), contracts, clock, options);
  }
}
