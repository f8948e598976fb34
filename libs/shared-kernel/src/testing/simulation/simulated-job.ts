import type { SingletonJob } from '../../application/singleton-job.ts';
import type { MemoryDatabase } from './memory-database.ts';

const IDLE_MS = 24 * 3_600_000;
const FAILED_MS = 1_000;

/**
 * Runs one job, turn after turn, while its process lives. It stands for `service/leased-job.ts`. One that hears of new work rests until it does.
 * Any other looks again after the pause that it asks for while the service writes, else once a day; one that fails for ever never comes to rest.
 */
export async function work(job: SingletonJob, database: MemoryDatabase): Promise<void> {
  const { scheduler, owner } = database;
  const never = new AbortController().signal;
  const rest = (ms: number): Promise<void> => scheduler.sleep(owner, `${job.name} rests`, ms, { background: true });
  for (;;) {
    const before = database.commits;
    let pause: number;
    try {
      pause = await job.turn(never);
    } catch {
      await rest(FAILED_MS);
      continue;
    }
    if (pause === 0) continue;
    if (job.rest !== undefined) await job.rest(pause, never);
    else await rest(database.commits === before ? Math.max(pause, IDLE_MS) : pause);
  }
}
