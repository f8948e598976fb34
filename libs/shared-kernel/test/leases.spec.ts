import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Database } from '../src/infrastructure/database/database.ts';
import { Leases, type Lease } from '../src/infrastructure/subscriptions/leases.ts';
import { cuttableProxy } from './http/cuttable-proxy.fixture.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';

const TTL_MS = 400;
let db: KernelDatabase;
const open: { leases: Leases; database: Database }[] = [];

beforeEach(async () => {
  db = await kernelDatabase();
});
afterEach(async () => {
  for (const { leases, database } of open.splice(0)) {
    await leases.stop();
    await database.close();
  }
  await db.close();
});

/** A process that wants `job`; `granted` is what it was given, in order. */
function holder(url = db.url, ttlMs = TTL_MS): { leases: Leases; granted: Lease[] } {
  const database = new Database({ url, applicationName: 'holder', connections: 2, answerWithinMs: 1_500 });
  const leases = new Leases(database, ttlMs);
  open.push({ leases, database });
  const granted: Lease[] = [];
  leases.want('job', (lease) => granted.push(lease));
  leases.start();
  return { leases, granted };
}
async function until(what: string, holds: () => boolean, withinMs = 5_000): Promise<number> {
  const startedAt = performance.now();
  while (!holds()) {
    if (performance.now() - startedAt > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(5);
  }
  return performance.now() - startedAt;
}

test('of two that want a lease one holds it, and keeps it', async () => {
  const [one, two] = [holder(), holder()];
  await until('somebody holds it', () => one.granted.length + two.granted.length === 1);
  await sleep(3 * TTL_MS);
  expect(one.granted.length + two.granted.length).toBe(1);
  expect([...one.granted, ...two.granted][0]?.lost.aborted).toBe(false);
});

test('F25 who stops gives it up at once; the next holder has a higher epoch', async () => {
  const one = holder(db.url, 5_000);
  await until('one holds it', () => one.granted.length === 1);
  const two = holder(db.url, 1_000);
  await sleep(300);
  expect(two.granted).toEqual([]);
  await one.leases.stop();
  expect(one.granted[0]?.lost.aborted).toBe(true);
  expect(await until('two holds it', () => two.granted.length === 1)).toBeLessThan(900);
  expect(two.granted[0]?.epoch).toBe((one.granted[0]?.epoch ?? 0) + 1);
});

test('who revokes ends its work but keeps the lease for the last writes, until it expires', async () => {
  const one = holder();
  await until('one holds it', () => one.granted.length === 1);
  await one.leases.revoke();
  expect(one.granted[0]?.lost.aborted).toBe(true);
  const two = holder();
  await sleep(TTL_MS / 4);
  expect(two.granted).toEqual([]);
  await until('it has expired', () => two.granted.length === 1);
});

test('F25 a lease that was granted while the holder stopped is given up too', async () => {
  for (const afterMs of [0, 1, 2, 4, 8, 16, 32]) {
    const one = holder(db.url, 5_000);
    await sleep(afterMs);
    await one.leases.stop();
  }
  const { rows } = await db.database.query({ text: 'SELECT 1 FROM leases WHERE expires_at > now()' });
  expect(rows).toEqual([]);
});

test('F27 a holder that another one has replaced is told, and gets it back with a new epoch', async () => {
  const one = holder();
  await until('one holds it', () => one.granted.length === 1);
  await db.database.query({
    text: `UPDATE leases SET holder = 'thief', epoch = epoch + 1, expires_at = now() + interval '300 ms'`,
  });
  await until('it is told', () => one.granted[0]?.lost.aborted === true);
  await until('it is back', () => one.granted.length === 2);
  expect(one.granted.map((lease) => lease.epoch)).toEqual([1, 3]);
});

test('F23 a holder whose database has gone silent is told when the lease has run out, and takes it again when it is back', async () => {
  const proxy = await cuttableProxy(db.url);
  const one = holder(proxy.url);
  await until('one holds it', () => one.granted.length === 1);
  proxy.set('silent');
  const told = await until('it is told', () => one.granted[0]?.lost.aborted === true);
  expect(told).toBeGreaterThan(TTL_MS / 2);
  expect(told).toBeLessThan(3 * TTL_MS);
  proxy.set('open');
  await until('it is back', () => one.granted.length === 2, 8_000);
  await one.leases.stop();
  await proxy.close();
});
