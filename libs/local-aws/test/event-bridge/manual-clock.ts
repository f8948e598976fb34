import type { Clock } from '../../src/ports.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands until it is advanced; timers run in order of their time, each with the clock at that time. */
export class ManualClock implements Clock {
  private time = Date.parse('2026-03-01T12:00:00.000Z');
  private readonly timers = new Set<Timer>();

  now(): Date {
    return new Date(this.time);
  }

  setTimer(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.time + ms, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Resolves after everything the timers started without waiting for a further timer. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = [...this.timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.run();
      await settle();
    }
    this.time = end;
    await settle();
  }
}

/** Long enough for every chain of promises that waits for no I/O. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
