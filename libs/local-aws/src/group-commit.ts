/**
 * Whatever is submitted while a write runs becomes one next write, so n callers share one sync. Order of submission is kept;
 * a failed write fails every caller it served.
 */
export class GroupCommit<Operation> {
  private queue: Operation[] = [];
  private round: PromiseWithResolvers<void> | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly write: (operations: Operation[]) => Promise<void>) {}

  submit(operations: readonly Operation[]): Promise<void> {
    this.join(operations);
    this.round ??= Promise.withResolvers();
    const written = this.round.promise;
    this.running ??= this.run();
    return written;
  }

  /** Puts operations into the next write without asking for one; they are written before anything submitted later. */
  join(operations: readonly Operation[]): void {
    for (const operation of operations) this.queue.push(operation);
  }

  /** Resolves when everything submitted or joined so far is written or has failed. */
  async settled(): Promise<void> {
    if (this.queue.length > 0) await this.submit([]);
    await this.running;
  }

  private async run(): Promise<void> {
    // the callers of this turn of the event loop belong into the same write
    await Promise.resolve();
    while (this.round) {
      const { queue, round } = this;
      this.queue = [];
      this.round = undefined;
      try {
        await this.write(queue);
        round.resolve();
      } catch (error) {
        round.reject(error);
      }
    }
    this.running = undefined;
  }
}
