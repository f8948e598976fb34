import type { Clock, Random } from '../ports.ts';

const LONGEST_HOLD_MS = 10;

/** Holds items back until the window is full or 10 ms have passed, then releases them shuffled. */
export class ReorderBuffer<Item> {
  private held: Item[] = [];
  private cancelTimer: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly release: (item: Item) => void,
  ) {}

  push(item: Item, window: number): void {
    this.held.push(item);
    if (this.held.length >= window) this.flush();
    else this.cancelTimer ??= this.clock.setTimer(LONGEST_HOLD_MS, () => this.flush());
  }

  /** Forgets what is held. */
  clear(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.held = [];
  }

  private flush(): void {
    const items = this.held;
    this.clear();
    while (items.length > 0) {
      for (const item of items.splice(Math.floor(this.random() * items.length), 1)) this.release(item);
    }
  }
}
