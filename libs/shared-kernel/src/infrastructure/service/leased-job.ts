import { setTimeout as delay } from 'node:timers/promises';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import type { SingletonJob } from '../../application/singleton-job.ts';
import type { HealthSource } from '../health/health-sources.ts';
import { errorLine } from '../logging/safe-text.ts';
import type { Lease, Leases } from '../subscriptions/leases.ts';

/** Runs a job turn after turn while this process holds its lease. */
export class LeasedJob implements BackgroundWorker {
  readonly name: string;
  lastError: string | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(
    private readonly job: SingletonJob,
    private readonly leases: Leases,
  ) {
    this.name = job.name;
  }

  start(): void {
    this.leases.want(`job:${this.name}`, (lease) => {
      this.#working = this.#working.then(() => this.#serve(lease));
    });
  }

  async stop(): Promise<void> {
    await this.#working;
  }

  async #serve({ lost }: Lease): Promise<void> {
    for (let failures = 0; !lost.aborted;) {
      let afterMs: number;
      try {
        afterMs = await this.job.turn(lost);
        this.lastError = undefined;
        failures = 0;
      } catch (error) {
        if (lost.aborted) return;
        this.lastError = errorLine(error);
        afterMs = fullJitter(++failures, 100, 5_000);
      }
      await (this.job.rest?.(afterMs, lost) ?? delay(afterMs, undefined, { signal: lost }).catch(() => undefined));
    }
  }
}

/** Degraded while a job of this process fails; it is tried again all the time. */
export function jobsHealth(jobs: readonly LeasedJob[]): HealthSource {
  return {
    name: 'jobs',
    check: async () => {
      const failing = jobs.filter(({ lastError }) => lastError !== undefined);
      if (failing.length === 0) return { status: 'up' };
      return { status: 'degraded', detail: `${failing.map(({ name }) => name).join(', ')} cannot do its work` };
    },
  };
}
