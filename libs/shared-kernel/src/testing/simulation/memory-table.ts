import type { ChainedEvent } from '../../infrastructure/domain-events/event-recorder.ts';
import type { Pending, Scheduler } from './scheduler.ts';

interface Lock {
  holder: MemoryUnit;
  readonly waiting: Pending[];
  release(): void;
}

/** What a table does when a transaction ends. */
interface Participant {
  apply(unit: MemoryUnit): void;
  forget(unit: MemoryUnit): void;
}

/** One transaction: what it wrote is seen by itself until it commits. */
export class MemoryUnit {
  readonly events: ChainedEvent[] = [];
  /** Called after the commit. */
  readonly committed: (() => void)[] = [];
  readonly tables = new Set<Participant>();
  readonly locks = new Set<Lock>();
  waitsFor: Lock | undefined;
  ended = false;

  get wrote(): boolean {
    return this.tables.size > 0 || this.events.length > 0;
  }
}

/** Two transactions wait for each other; one is rolled back and may be run again. */
export class DeadlockDetected extends Error {
  readonly code = '40P01';

  constructor(key: string) {
    super(`deadlock at ${key}`);
    this.name = 'DeadlockDetected';
  }
}

/** Where a table's accesses take their turn and find their transaction. */
export interface TableHost {
  readonly scheduler: Scheduler;
  readonly owner: string;
  current(): MemoryUnit | undefined;
  run<T>(work: () => Promise<T>): Promise<T>;
}

const GONE = Symbol('deleted');

/**
 * Rows by key with the rules of Postgres under READ COMMITTED: a read sees what is committed and what its own transaction wrote, a write
 * or `hold` locks the row until the transaction ends and sees the newest state once it has the lock. Each access is one step of the
 * scheduler. Rows are values: put a new one, never change one.
 */
export class MemoryTable<V extends object> implements Participant {
  readonly #rows = new Map<string, V>();
  readonly #changes = new Map<MemoryUnit, Map<string, V | typeof GONE>>();
  readonly #locks = new Map<string, Lock>();

  constructor(
    private readonly host: TableHost,
    readonly name: string,
  ) {}

  async get(key: string): Promise<V | undefined> {
    await this.#step('read', key);
    return this.seen(key);
  }

  async rows(): Promise<V[]> {
    await this.#step('read', 'all');
    return this.seenRows();
  }

  /** `SELECT … FOR UPDATE`: nobody else writes or holds the row until the transaction ends. A row that is not there is not held. */
  async hold(key: string): Promise<V | undefined> {
    await this.#step('hold', key);
    const unit = this.#unit();
    const known = await this.#lock(unit, key);
    const row = this.seen(key);
    if (row === undefined && !known) this.#unlock(unit, key);
    return row;
  }

  /** As a write that has not been decided yet: the row is locked also when it is not there. */
  async lock(key: string): Promise<V | undefined> {
    await this.#step('lock', key);
    await this.#lock(this.#unit(), key);
    return this.seen(key);
  }

  /** `FOR UPDATE SKIP LOCKED`, without a step of its own. */
  tryHold(key: string): V | undefined {
    const unit = this.#unit();
    const lock = this.#locks.get(key);
    if (lock !== undefined && lock.holder !== unit) return undefined;
    if (lock === undefined) this.#take(unit, key);
    return this.seen(key);
  }

  async put(key: string, row: V): Promise<void> {
    await this.update(key, () => row);
  }

  /** `INSERT … ON CONFLICT DO NOTHING`; false: there was a row. */
  async insert(key: string, row: V): Promise<boolean> {
    return this.#write('insert', key, () => {
      if (this.seen(key) !== undefined) return false;
      this.set(key, row);
      return true;
    });
  }

  /** `INSERT … ON CONFLICT DO UPDATE`; answers the new row. */
  async update(key: string, change: (row: V | undefined) => V): Promise<V> {
    return this.#write('write', key, () => {
      const row = change(this.seen(key));
      this.set(key, row);
      return row;
    });
  }

  async delete(key: string): Promise<void> {
    await this.#write('delete', key, () => this.unset(key));
  }

  /** What the running transaction sees now, without a step. */
  seen(key: string): V | undefined {
    const unit = this.host.current();
    const change = unit === undefined ? undefined : this.#changes.get(unit)?.get(key);
    return change === undefined ? this.#rows.get(key) : change === GONE ? undefined : change;
  }

  seenRows(): V[] {
    const unit = this.host.current();
    const changes = unit === undefined ? undefined : this.#changes.get(unit);
    if (changes === undefined) return [...this.#rows.values()];
    return [...new Set([...this.#rows.keys(), ...changes.keys()])].flatMap((key) => this.seen(key) ?? []);
  }

  /** Part of a statement whose step and lock somebody else took. */
  set(key: string, row: V): void {
    this.#change(key, row);
  }

  unset(key: string): void {
    this.#change(key, GONE);
  }

  /** What is durable. */
  get committed(): ReadonlyMap<string, V> {
    return this.#rows;
  }

  apply(unit: MemoryUnit): void {
    for (const [key, row] of this.#changes.get(unit) ?? []) {
      if (row === GONE) this.#rows.delete(key);
      else this.#rows.set(key, row);
    }
    this.forget(unit);
  }

  forget(unit: MemoryUnit): void {
    this.#changes.delete(unit);
  }

  /** Every transaction under way is gone, as after a crash. */
  rollBackAll(): void {
    this.#changes.clear();
    this.#locks.clear();
  }

  clear(): void {
    this.rollBackAll();
    this.#rows.clear();
  }

  async #write<T>(what: string, key: string, write: () => T): Promise<T> {
    await this.#step(what, key);
    return this.host.run(async () => {
      await this.#lock(this.#unit(), key);
      return write();
    });
  }

  #change(key: string, row: V | typeof GONE): void {
    const unit = this.#unit();
    const changes = this.#changes.get(unit) ?? new Map<string, V | typeof GONE>();
    changes.set(key, row);
    this.#changes.set(unit, changes);
    unit.tables.add(this);
  }

  /** True: the unit held it before. */
  async #lock(unit: MemoryUnit, key: string): Promise<boolean> {
    for (;;) {
      const lock = this.#locks.get(key);
      if (lock === undefined) {
        this.#take(unit, key);
        return false;
      }
      if (lock.holder === unit) return true;
      for (let at: MemoryUnit | undefined = lock.holder; at !== undefined; at = at.waitsFor?.holder)
        if (at === unit) throw new DeadlockDetected(`${this.name} ${key}`);
      unit.waitsFor = lock;
      await new Promise<void>((resume) => {
        const { scheduler, owner } = this.host;
        lock.waiting.push(scheduler.after(owner, `${this.name} gets ${key}`, Infinity, resume));
      });
      unit.waitsFor = undefined;
    }
  }

  #take(unit: MemoryUnit, key: string): void {
    const lock: Lock = {
      holder: unit,
      waiting: [],
      release: () => {
        if (this.#locks.get(key) === lock) this.#locks.delete(key);
        for (const pending of lock.waiting) this.host.scheduler.wake(pending);
      },
    };
    this.#locks.set(key, lock);
    unit.locks.add(lock);
  }

  #unlock(unit: MemoryUnit, key: string): void {
    const lock = this.#locks.get(key);
    if (lock === undefined) return;
    unit.locks.delete(lock);
    lock.release();
  }

  #unit(): MemoryUnit {
    const unit = this.host.current();
    if (unit === undefined) throw new Error(`${this.name} is held outside of a transaction`);
    return unit;
  }

  async #step(what: string, key: string): Promise<void> {
    await this.host.scheduler.step(this.host.owner, `${this.name} ${what} ${key}`);
  }
}
