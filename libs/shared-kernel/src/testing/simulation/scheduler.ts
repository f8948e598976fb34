import type { SeededRandom } from '../faults/seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Something that goes on later: an access of a store, a message on its way, a timer. */
export interface Pending {
  /** The process it belongs to and dies with. */
  readonly owner: string;
  readonly label: string;
  /** Nobody waits for it: a timer of the far future, a duplicate that comes days later, a worker without work. */
  readonly background: boolean;
  /** Milliseconds since 1970; Infinity for what waits to be woken. */
  at: number;
  readonly resume: () => void;
}

/** What happened when, and to whom. */
export interface TraceEntry {
  readonly at: number;
  readonly owner: string;
  readonly label: string;
}

interface Later {
  readonly background?: boolean;
}

/** The system did not come to rest: something waits for what never comes, or takes longer than it may. */
export class NotQuiet extends Error {
  readonly code = 'NOT_QUIET';

  constructor(readonly waiting: readonly string[]) {
    super(`the system does not come to rest; it waits for ${waiting.join(', ') || 'nothing that is known'}`);
    this.name = 'NotQuiet';
  }
}

const SLOW_MS = 15_000;
const MOST_STEPS = 50_000;

/**
 * Decides at each step which of the things that could go on does. With a generator the choice is its own, without one it is the oldest.
 * Time passes when nothing can go on now; with a generator also now and then when something could, as if a process were slow. What the
 * code under test awaits must come from here: a real timer or socket would make a run unrepeatable.
 */
export class Scheduler {
  /** One entry per step. The same seed gives the same entries. */
  readonly trace: TraceEntry[] = [];
  #ready: Pending[] = [];
  readonly #waiting = new Set<Pending>();
  #failure: Error | undefined;
  #held: Promise<void> | undefined;

  constructor(
    readonly clock: VirtualClock,
    private readonly random: SeededRandom | undefined,
    /** Asked before each step; true: the owner died instead. */
    private readonly dies: (next: Pending) => boolean = () => false,
  ) {}

  /** Resolves when it is this one's turn; never, if the owner dies before. */
  async step(owner: string, label: string): Promise<void> {
    await new Promise<void>((resume) => {
      this.#ready.push({ owner, label, background: false, at: this.clock.time, resume });
    });
  }

  /** Resolves after `ms`; never, if the owner dies before. */
  async sleep(owner: string, label: string, ms: number, later?: Later): Promise<void> {
    await new Promise<void>((resume) => void this.after(owner, label, ms, resume, later));
  }

  after(owner: string, label: string, ms: number, resume: () => void, { background = false }: Later = {}): Pending {
    const pending: Pending = { owner, label, background, at: this.clock.time + Math.max(0, Math.round(ms)), resume };
    if (ms <= 0) this.#ready.push(pending);
    else this.#waiting.add(pending);
    return pending;
  }

  wake(pending: Pending): void {
    if (!this.#waiting.delete(pending)) return;
    pending.at = this.clock.time;
    this.#ready.push(pending);
  }

  cancel(pending: Pending): void {
    this.#waiting.delete(pending);
    this.#ready = this.#ready.filter((other) => other !== pending);
  }

  /** Everything the owner was about to do does not happen. */
  drop(owner: string): void {
    this.#ready = this.#ready.filter((pending) => pending.owner !== owner);
    for (const pending of this.#waiting) if (pending.owner === owner) this.#waiting.delete(pending);
  }

  /** A defect in a worker that nobody awaits: ends the run. */
  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }

  /** Nothing goes on until this real work has ended, such as the start of a process. */
  hold(work: Promise<void>): void {
    this.#held = work.catch((error: unknown) => this.fail(error));
  }

  note(text: string): void {
    this.trace.push({ at: this.clock.time, owner: '--', label: text });
  }

  /** Until only background things are left. Throws NotQuiet when that takes until `deadline`, and what was given to `fail`. */
  async settle(deadline: number): Promise<void> {
    for (;;) {
      await turn();
      await this.#held;
      this.#held = undefined;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.trace.length > MOST_STEPS) throw new NotQuiet(['an end of its steps']);
      if (this.#ready.length === 0 && !this.#passTime(deadline)) return;
      this.#hurry();
      this.#next();
    }
  }

  /** Lets the time pass, background things included. */
  async advanceTo(time: number): Promise<void> {
    await this.settle(time);
    for (let due = this.#earliest(); due !== undefined && due.at <= time; due = this.#earliest()) {
      this.#moveTo(due.at);
      await this.settle(time);
    }
    this.clock.time = time;
  }

  #next(): void {
    const index = this.random === undefined ? 0 : this.random.int(this.#ready.length);
    const [next] = this.#ready.splice(index, 1);
    if (next === undefined) return;
    if (this.dies(next)) return;
    this.trace.push({ at: this.clock.time, owner: next.owner, label: next.label });
    next.resume();
  }

  /** False: the system is at rest. */
  #passTime(deadline: number): boolean {
    if (!this.#isAwaited()) return false;
    const due = this.#earliest();
    if (due === undefined || due.at > deadline) {
      const awaited = [...this.#waiting].filter(({ background }) => !background);
      throw new NotQuiet(awaited.map(({ owner, label }) => `${owner}: ${label}`));
    }
    this.#moveTo(due.at);
    return true;
  }

  #hurry(): void {
    if (this.random?.chance(0.02) !== true) return;
    const due = this.#earliest();
    if (due !== undefined && due.at - this.clock.time < SLOW_MS) this.#moveTo(due.at);
  }

  #moveTo(time: number): void {
    this.clock.time = Math.max(this.clock.time, time);
    for (const pending of this.#waiting) {
      if (pending.at > this.clock.time) continue;
      this.#waiting.delete(pending);
      this.#ready.push(pending);
    }
  }

  #isAwaited(): boolean {
    for (const { background } of this.#waiting) if (!background) return true;
    return false;
  }

  #earliest(): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.#waiting)
      if (pending.at !== Infinity && (earliest === undefined || pending.at < earliest.at)) earliest = pending;
    return earliest;
  }
}

/** For the test of one twin alone: nothing waits for its turn. */
export class FreeScheduler extends Scheduler {
  override async step(): Promise<void> {}

  override wake(pending: Pending): void {
    this.cancel(pending);
    pending.resume();
  }
}

/** A worker waits here for work. */
export class Signal {
  readonly #sleepers = new Set<Pending>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly owner: string,
    private readonly label: string,
    /** The system is not at rest while somebody waits here for a certain time. */
    private readonly options: { readonly awaited?: boolean } = {},
  ) {}

  /** Until `raise`, or `ms` have passed. */
  async wait(ms = Infinity): Promise<void> {
    await new Promise<void>((resolve) => {
      const pending = this.scheduler.after(
        this.owner,
        this.label,
        ms,
        () => {
          this.#sleepers.delete(pending);
          resolve();
        },
        { background: this.options.awaited !== true || ms === Infinity },
      );
      this.#sleepers.add(pending);
    });
  }

  raise(): void {
    for (const pending of this.#sleepers) this.scheduler.wake(pending);
  }
}

/** Everything that could run without the scheduler has run. No turn of the event loop: that would cost a third of a run. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
}
