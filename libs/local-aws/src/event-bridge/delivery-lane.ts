/** Runs jobs for one target, at most `concurrency` at a time, started in order of arrival. */
export class DeliveryLane<Job> {
  private readonly waiting: Job[] = [];
  private next = 0;
  private running = 0;

  constructor(
    private readonly concurrency: number,
    private readonly run: (job: Job) => Promise<void>,
  ) {}

  push(job: Job): void {
    this.waiting.push(job);
    this.fill();
  }

  private fill(): void {
    while (this.running < this.concurrency) {
      const job = this.waiting[this.next];
      if (job === undefined) {
        this.waiting.length = 0;
        this.next = 0;
        return;
      }
      this.next += 1;
      this.running += 1;
      void this.run(job).finally(() => {
        this.running -= 1;
        this.fill();
      });
    }
  }
}
