import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventContracts } from '../../application/event-contract.ts';
import { Transaction } from '../../application/transaction.ts';
import type { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { ConcurrencyConflict } from '../../domain/domain.error.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { StreamPosition } from '../../domain/stream-position.ts';
import { NoUnitOfWork, SaveUndone } from '../../infrastructure/database/unit-of-work.errors.ts';
import { EventRecorder, type Recording } from '../../infrastructure/domain-events/event-recorder.ts';
import type { Units } from '../../infrastructure/inbox/event-delivery.ts';
import type { FeedEvent } from '../../infrastructure/subscriptions/feed.ts';
import { MemoryBucket } from './memory-bucket.ts';
import { MemoryTable, MemoryUnit, type TableHost } from './memory-table.ts';
import type { Scheduler } from './scheduler.ts';
import { SimulatedEventTable } from './simulated-event-table.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { Volatile } from './volatile.ts';

/** A row of an aggregate: its state and where its stream stands. */
export interface StoredAggregate<S extends object> {
  readonly state: S;
  readonly position: StreamPosition;
}

/** What a service keeps, in the database or beside it. */
interface Kept {
  /** For the next run. */
  clear(): void;
  /** The process has died. */
  rollBackAll(): void;
}

interface Saved {
  readonly id: string;
  readonly position: StreamPosition;
  getUncommittedEvents(): BaseDomainEvent[];
  standAt(position: StreamPosition): void;
}

/**
 * The database of one simulated service: tables, transactions and the log of events. It stands for `database/unit-of-work.ts` and
 * `subscriptions/sequencer.ts`: a transaction commits all of its rows and events in one step or leaves nothing, a version that somebody
 * else has taken is a ConcurrencyConflict, and positions are given in the order of the commits. What is committed outlives a crash.
 */
export class MemoryDatabase extends Transaction implements Units<MemoryUnit>, TableHost {
  readonly #storage = new AsyncLocalStorage<MemoryUnit>();
  readonly #kept: Kept[] = [];
  readonly #recorder: EventRecorder;
  readonly #saved = new WeakMap<MemoryUnit, Saved[]>();
  #undone = new WeakSet<Saved>();
  #scheduler: Scheduler | undefined;
  /** Told of each commit with events. */
  recorded: (events: readonly FeedEvent[]) => void = () => undefined;
  log: FeedEvent[] = [];
  /** How many transactions have written something. */
  commits = 0;
  /** How far each subscription has read the log. */
  readonly checkpoints: MemoryTable<{ readonly position: number }> = this.table('checkpoints');
  /** Of a service that keeps aggregates in an event store: the log is a copy of it. */
  eventTable: SimulatedEventTable | undefined;

  constructor(
    readonly owner: string,
    readonly contracts: EventContracts,
    readonly clock: VirtualClock,
    readonly newId: () => string,
  ) {
    super();
    this.#recorder = new EventRecorder(contracts, clock, newId);
  }

  get scheduler(): Scheduler {
    if (this.#scheduler === undefined) throw new Error(`the simulation of ${this.owner} has not begun`);
    return this.#scheduler;
  }

  /** An empty database for the next run. */
  begin(scheduler: Scheduler): void {
    this.#scheduler = scheduler;
    this.log = [];
    this.commits = 0;
    this.#undone = new WeakSet();
    for (const kept of this.#kept) kept.clear();
  }

  /** Transactions under way are gone. */
  crash(): void {
    for (const kept of this.#kept) kept.rollBackAll();
  }

  table<V extends object>(name: string): MemoryTable<V> {
    return this.#keep(new MemoryTable<V>(this, name));
  }

  /** Something outside the database, such as files: what is put there is there at once, whatever becomes of the transaction. */
  bucket<V extends object>(name: string): MemoryBucket<V> {
    return this.#keep(new MemoryBucket<V>(this, name));
  }

  /** Where the aggregates of an event-sourced service are; the log is a copy of it then. */
  events(): SimulatedEventTable {
    this.eventTable ??= this.#keep(new SimulatedEventTable(this));
    return this.eventTable;
  }

  /** Something in the memory of the process. */
  volatile<T extends object>(make: () => T): Volatile<T> {
    return this.#keep(new Volatile<T>(make));
  }

  /** Stands for `domain-events/domain-event-history.ts`: newest first. */
  async history(aggregateType: string, aggregateId: string): Promise<RecordedEvent[]> {
    await this.scheduler.step(this.owner, `history of ${aggregateType}/${aggregateId}`);
    return this.log
      .filter((event) => event.aggregateType === aggregateType && event.aggregateId === aggregateId)
      .map((event) => recordedOf(event, this.contracts))
      .reverse();
  }

  current(): MemoryUnit | undefined {
    const unit = this.#storage.getStore();
    return unit?.ended === false ? unit : undefined;
  }

  override async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.current() !== undefined) return work();
    const unit = new MemoryUnit();
    const saved: Saved[] = [];
    this.#saved.set(unit, saved);
    try {
      const result = await this.#storage.run(unit, work);
      if (unit.wrote) await this.scheduler.step(this.owner, 'commit');
      this.#commit(unit);
      if (unit.wrote) await this.scheduler.step(this.owner, 'committed');
      return result;
    } catch (error) {
      this.#end(unit);
      for (const table of unit.tables) table.forget(unit);
      for (const aggregate of saved) this.#undone.add(aggregate);
      throw error;
    }
  }

  async client(): Promise<MemoryUnit> {
    const unit = this.current();
    if (unit === undefined) throw new NoUnitOfWork();
    return unit;
  }

  /**
   * Writes state and events of the aggregate in the running transaction, or in one of its own. `rule` throws what a unique constraint
   * would refuse; it is asked before anything is written. Throws ConcurrencyConflict, SaveUndone.
   */
  async save<S extends object>(
    aggregate: Saved,
    aggregateType: string,
    table: MemoryTable<StoredAggregate<S>>,
    state: S,
    rule: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    const stream = `${aggregateType}/${aggregate.id}`;
    if (this.#undone.has(aggregate)) throw new SaveUndone(stream);
    const events = aggregate.getUncommittedEvents();
    if (events.length === 0) return;
    const from = aggregate.position;
    const recording = this.#recorder.record(aggregateType, aggregate.id, from, events);
    aggregate.standAt(recording.position);
    await this.run(async () => {
      this.#saved.get(await this.client())?.push(aggregate);
      await this.#write(stream, from.version, recording, table, aggregate.id, state, rule);
    });
  }

  async #write<S extends object>(
    stream: string,
    expected: number,
    { events, position }: Recording,
    table: MemoryTable<StoredAggregate<S>>,
    id: string,
    state: S,
    rule: () => Promise<void>,
  ): Promise<void> {
    const unit = await this.client();
    const actual = (await table.lock(id))?.position.version ?? 0;
    if (actual !== expected) throw new ConcurrencyConflict(stream, expected, actual);
    await rule();
    table.set(id, { state, position });
    unit.events.push(...events);
  }

  #keep<K extends Kept>(kept: K): K {
    this.#kept.push(kept);
    return kept;
  }

  #commit(unit: MemoryUnit): void {
    if (unit.wrote) this.commits++;
    for (const table of unit.tables) table.apply(unit);
    const events = unit.events.map((event, index): FeedEvent => {
      const { prevHash: _, hash: __, ...stored } = event;
      return { ...stored, position: this.log.length + 1 + index };
    });
    this.log.push(...events);
    this.#end(unit);
    if (events.length > 0) this.recorded(events);
    for (const told of unit.committed) told();
  }

  #end(unit: MemoryUnit): void {
    unit.ended = true;
    for (const lock of unit.locks) lock.release();
    unit.locks.clear();
  }
}

/** A stored event as a reader gets it: in its newest shape. */
export function recordedOf(event: FeedEvent, contracts: EventContracts): RecordedEvent {
  const { position: _, actor, payload, ...rest } = event;
  const { contract, payload: newest } = contracts.read(rest.eventName, rest.schemaVersion, JSON.parse(payload));
  return { ...rest, eventName: contract.name, schemaVersion: contract.schemaVersion, actor: JSON.parse(actor), payload: newest };
}
