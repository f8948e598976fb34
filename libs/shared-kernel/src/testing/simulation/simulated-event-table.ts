import { EventStoreUnavailable } from '../../application/event-store.ts';
import type { EventTable, Item, ItemKey, QueryOptions } from '../../infrastructure/event-store/event-table.ts';
import { InMemoryEventTable } from '../../infrastructure/event-store/in-memory.event-store.ts';
import { textOf } from '../../infrastructure/event-store/stored-commit.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import { NO_FAULTS, type Faults } from './faults.ts';
import { Signal, type Scheduler } from './scheduler.ts';

const NETWORK = 'network';
/** How far the index of marks may lag behind the table. */
const INDEX_LAG_MS = 5_000;

/**
 * A DynamoDB table whose every access takes its turn. A put is two steps, so that a process can die on either side of it; its answer may be lost;
 * and what it marks is seen in the index some time later.
 */
export class SimulatedEventTable implements EventTable {
  #items = new InMemoryEventTable();
  #hidden = new Set<string>();
  #faults: Faults = NO_FAULTS;
  #random: SeededRandom | undefined;
  #news: Signal | undefined;
  /** Ids of all events in the order of their versions, by partition. */
  readonly stored = new Map<string, readonly string[]>();
  /** Keys of commits that carry a mark. */
  readonly pending = new Set<string>();
  /** How often the index has learnt of a mark. */
  marks = 0;

  constructor(private readonly host: { readonly scheduler: Scheduler; readonly owner: string }) {}

  begin(random: SeededRandom, faults: Faults): void {
    this.#random = random;
    this.#faults = faults;
    this.#news = new Signal(this.host.scheduler, this.host.owner, 'relay waits');
  }

  /** An empty table. */
  clear(): void {
    this.#items = new InMemoryEventTable();
    this.#hidden = new Set();
    this.stored.clear();
    this.pending.clear();
    this.marks = 0;
  }

  /** A crash takes nothing away from it. */
  rollBackAll(): void {}

  /** Until the index knows more marks than these. */
  async markedSince(marks: number): Promise<void> {
    while (this.marks === marks) await this.#news?.wait();
  }

  async putNew(item: Item): Promise<boolean> {
    return this.#write(item, 'put', async () => {
      const isNew = await this.#items.putNew(item);
      if (isNew) this.#note(item);
      return isNew;
    });
  }

  async putNewer(item: Item): Promise<boolean> {
    return this.#write(item, 'put newer', () => this.#items.putNewer(item));
  }

  async replace(item: Item): Promise<void> {
    await this.#write(item, 'replace', async () => {
      await this.#items.replace(item);
      return true;
    });
  }

  async get(key: ItemKey): Promise<Item | undefined> {
    await this.#step(`get ${key.partition} ${key.sort}`);
    return this.#items.get(key);
  }

  async *query(partition: string, options: QueryOptions): AsyncGenerator<readonly Item[]> {
    await this.#step(`query ${partition}`);
    yield* this.#items.query(partition, options);
  }

  async unmark(key: ItemKey): Promise<void> {
    await this.#step(`unmark ${key.partition} ${key.sort}`);
    await this.#items.unmark(key);
    this.pending.delete(placeOf(key));
  }

  async *partitions(): AsyncGenerator<readonly string[]> {
    await this.#step('scan');
    yield* this.#items.partitions();
  }

  async *marked(mark: string): AsyncGenerator<readonly ItemKey[]> {
    await this.#step('marked');
    for await (const keys of this.#items.marked(mark)) yield keys.filter((key) => !this.#hidden.has(placeOf(key)));
  }

  /** Takes an item away, as no event store does. */
  remove(key: ItemKey): void {
    this.#items.remove(key);
  }

  async #write(item: Item, what: string, put: () => Promise<boolean>): Promise<boolean> {
    const place = placeOf(keyOf(item));
    await this.#step(`${what} ${place}`);
    const isWritten = await put();
    await this.#step(`${what} ${place} answered`);
    if (this.#happens(this.#faults.lostReply)) throw new EventStoreUnavailable(new Error('the answer was lost'));
    return isWritten;
  }

  #note(item: Item): void {
    if (item['eventId'] === undefined) return;
    const more: readonly { readonly eventId: string }[] = JSON.parse(item['more']?.S ?? '[]');
    const { partition, sort } = keyOf(item);
    const ids = [textOf(item, 'eventId'), ...more.map(({ eventId }) => eventId)];
    this.stored.set(partition, [...(this.stored.get(partition) ?? []), ...ids]);
    this.pending.add(placeOf({ partition, sort }));
    this.#appearsInIndex(placeOf({ partition, sort }));
  }

  #appearsInIndex(place: string): void {
    const lag = this.#happens(this.#faults.delay) ? (this.#random?.int(INDEX_LAG_MS) ?? 0) : 0;
    if (lag === 0) return this.#isInIndex(place);
    this.#hidden.add(place);
    this.host.scheduler.after(NETWORK, `index learns of ${place}`, lag, () => this.#isInIndex(place));
  }

  #isInIndex(place: string): void {
    this.#hidden.delete(place);
    this.marks++;
    this.#news?.raise();
  }

  #happens(share: number): boolean {
    return this.#random?.chance(share) ?? false;
  }

  async #step(label: string): Promise<void> {
    await this.host.scheduler.step(this.host.owner, `events ${label}`);
  }
}

function keyOf(item: Item): ItemKey {
  return { partition: textOf(item, 'PK'), sort: textOf(item, 'SK') };
}

function placeOf({ partition, sort }: ItemKey): string {
  return `${partition} ${sort}`;
}
