import { afterEach, beforeEach, expect, test } from 'vitest';
import { SingletonJob } from '../src/application/singleton-job.ts';
import { Database } from '../src/infrastructure/database/database.ts';
import { jobsHealth, LeasedJob } from '../src/infrastructure/service/leased-job.ts';
import { Leases } from '../src/infrastructure/subscriptions/leases.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { until } from './lamp-world.fixture.ts';

class Clockwork extends SingletonJob {
  override readonly name = 'lamp-service.clockwork';
  turns = 0;
  fails = false;

  override async turn(): Promise<number> {
    this.turns++;
    if (this.fails) throw new Error('the spring is broken');
    return 5;
  }
}

let db: KernelDatabase;
const open: { job: LeasedJob; leases: Leases; database: Database }[] = [];

beforeEach(async () => {
  db = await kernelDatabase();
});
afterEach(async () => {
  for (const { job, leases, database } of open.splice(0)) {
    await leases.stop();
    await job.stop();
    await database.close();
  }
  await db.close();
});

/** A process with this job. */
function start(clockwork: Clockwork): { job: LeasedJob; leases: Leases } {
  const database = new Database({ url: db.url, applicationName: 'jobs', connections: 2 });
  const leases = new Leases(database, 400);
  const job = new LeasedJob(clockwork, leases);
  open.push({ job, leases, database });
  job.start();
  leases.start();
  return { job, leases };
}

test('of two replicas one does the job, and the other takes over when it stops', async () => {
  const clockworks = [new Clockwork(), new Clockwork()];
  const replicas = clockworks.map((clockwork) => start(clockwork));
  await until('one works', () => clockworks.some(({ turns }) => turns > 3));
  expect(Math.min(...clockworks.map(({ turns }) => turns))).toBe(0);
  const holder = clockworks.findIndex(({ turns }) => turns > 0);
  await replicas[holder]?.leases.stop();
  await until('the other works', () => (clockworks[1 - holder]?.turns ?? 0) > 0);
  const left = clockworks[holder]?.turns;
  await until('the other goes on', () => (clockworks[1 - holder]?.turns ?? 0) > 5);
  expect(clockworks[holder]?.turns).toBe(left);
});

test('a job that throws is called again, and the health names it until it works', async () => {
  const clockwork = new Clockwork();
  clockwork.fails = true;
  const { job } = start(clockwork);
  await until('it was called twice', () => clockwork.turns >= 2);
  expect(await jobsHealth([job]).check()).toEqual({
    status: 'degraded',
    detail: 'lamp-service.clockwork cannot do its work',
  });
  expect(job.lastError).toContain('the spring is broken');
  clockwork.fails = false;
  await until('it works', () => job.lastError === undefined);
  expect(await jobsHealth([job]).check()).toEqual({ status: 'up' });
});
