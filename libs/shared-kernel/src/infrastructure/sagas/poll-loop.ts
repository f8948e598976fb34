import { fullJitter } from '../../application/failure-policy.ts';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import { errorLine } from '../logging/safe-text.ts';

const EAGER_MS = 4;
const LONGEST_MS = 1_000;

/**
 * Repeats `work` until it finds nothing more, then sleeps until it expects work, is woken, or a second has passed. After a wake it looks
 * several times at growing distances, because whoever wakes it has not committed yet.
 */
export class PollLoop implements BackgroundWorker {
  #running: Promise<void> | undefined;
  #stopped = true;
  #idleMs = EAGER_MS;
  #cutShort: () => void = () => undefined;
  #lastError: string | undefined;

  /** `work` answers in how many milliseconds it expects more: 0 at once, Infinity if it knows of none. */
  constructor(
    readonly name: string,
    private readonly work: () => Promise<number>,
  ) {}

  /** Why the last run failed; undefined after a run that did not. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cutShort();
    await this.#running;
  }

  wake(): void {
    this.#idleMs = EAGER_MS;
    this.#cutShort();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      try {
        const expectedMs = await this.work();
        failures = 0;
        this.#lastError = undefined;
        if (expectedMs === 0) this.#idleMs = EAGER_MS;
        else await this.#sleep(expectedMs);
      } catch (error) {
        this.#lastError = errorLine(error);
        await this.#pause(EAGER_MS + fullJitter(++failures, 100, 10_000));
      }
    }
  }

  async #sleep(expectedMs: number): Promise<void> {
    const idleMs = this.#idleMs;
    this.#idleMs = Math.min(idleMs * 2, LONGEST_MS);
    await this.#pause(Math.min(expectedMs, idleMs));
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#cutShort = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
