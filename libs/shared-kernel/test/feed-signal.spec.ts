import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FeedSignal } from '../src/infrastructure/subscriptions/feed-signal.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';

const never = new AbortController().signal;
let db: KernelDatabase;
let other: KernelDatabase;
let one: FeedSignal;
let two: FeedSignal;

beforeEach(async () => {
  [db, other] = await Promise.all([kernelDatabase(), kernelDatabase()]);
  [one, two] = [new FeedSignal(db.database), new FeedSignal(db.database)];
  one.start();
  two.start();
  await listening(2);
});
afterEach(async () => {
  await Promise.all([one.stop(), two.stop()]);
  await Promise.all([db.close(), other.close()]);
});

async function listeners(): Promise<number[]> {
  const { rows } = await db.database.query<{ pid: number }>({
    text: `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test/listen' AND query LIKE 'LISTEN%'`,
  });
  return rows.map((row) => row.pid);
}
async function listening(count: number): Promise<void> {
  for (const end = Date.now() + 5_000; (await listeners()).length !== count;) {
    if (Date.now() > end) throw new Error(`${count} listeners were expected within 5 s`);
    await sleep(10);
  }
}
async function wakeUp(raiser: FeedSignal, waiter: FeedSignal): Promise<number> {
  const heard = waiter.heard('recorded');
  const startedAt = performance.now();
  raiser.raise('recorded');
  await waiter.next('recorded', heard, 3_000, never);
  return performance.now() - startedAt;
}

test('wakes who waits in the process at once and in other processes within milliseconds', async () => {
  expect(await wakeUp(one, one)).toBeLessThan(5);
  expect(await wakeUp(one, two)).toBeLessThan(500);
});

test('wakes nobody who waits for something else, or on another database', async () => {
  const elsewhere = new FeedSignal(other.database);
  elsewhere.start();
  await sleep(200);
  const before = [two.heard('sequenced'), elsewhere.heard('recorded')];
  await wakeUp(one, two);
  expect([two.heard('sequenced'), elsewhere.heard('recorded')]).toEqual(before);
  await elsewhere.stop();
});

test('what was raised before the wait began is not slept through', async () => {
  const heard = one.heard('recorded');
  one.raise('recorded');
  const startedAt = performance.now();
  await one.next('recorded', heard, 3_000, never);
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test('a wait ends after its time, and with the term', async () => {
  const startedAt = performance.now();
  await one.next('recorded', one.heard('recorded'), 50, never);
  await one.next('recorded', one.heard('recorded'), 5_000, AbortSignal.timeout(50));
  const took = performance.now() - startedAt;
  expect(took).toBeGreaterThan(90);
  expect(took).toBeLessThan(2_000);
});

test('F23 a listener that was terminated listens again, on one connection', async () => {
  const pids = await listeners();
  await db.database.query({ text: 'SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', values: [pids] });
  await listening(0);
  await listening(2);
  expect(await wakeUp(one, two)).toBeLessThan(500);
  await sleep(1_200);
  expect(await listeners()).toHaveLength(2);
});
