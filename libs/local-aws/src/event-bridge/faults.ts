import type { BusFaults, Random } from '../ports.ts';

/** The fault switches as questions. `current` must give the live object: a failing target delivery counts `failTarget` down in it. */
export class FaultSource {
  constructor(
    private readonly current: () => BusFaults,
    private readonly random: Random,
  ) {}

  get delayMs(): number {
    return this.current().delayMs;
  }

  get reorderWindow(): number {
    return this.current().reorderWindow;
  }

  happens(fault: 'duplicate' | 'partialPutFailure' | 'throttle' | 'resetAfterAccept'): boolean {
    const probability = this.current()[fault];
    return probability > 0 && this.random() < probability;
  }

  takeTargetFailure(): boolean {
    const faults = this.current();
    if (faults.failTarget <= 0) return false;
    faults.failTarget -= 1;
    return true;
  }

  /** Kills this process without any cleanup when the named point is the one asked for. */
  crashPoint(point: 'before-journal' | 'after-journal' | 'mid-delivery'): void {
    if (this.current().crashAt === point) process.kill(process.pid, 'SIGKILL');
  }
}
