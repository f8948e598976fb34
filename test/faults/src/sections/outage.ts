import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { Cell } from '../cell/cell.ts';
import type { SectionReport } from '../report.ts';
import { inBankCell } from './in-cell.ts';

export interface OutageOptions {
  readonly random: SeededRandom;
  readonly seconds: number;
  readonly log: (line: string) => void;
}

const READY_WITHIN = 10;

/** PostgreSQL is stopped under load for a while and comes back: nobody has to lift a finger. */
export async function databaseOutage({ random, seconds, log }: OutageOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const seen = { live: true, notReadyAfter: Infinity, readyAfter: Infinity };
  const outcome = await inBankCell({ random, replicas: { bank: 2, mirror: 2 }, load: {}, log }, async ({ cell }) => {
    await sleep(3_000);
    const stoppedAt = performance.now();
    const outage = cell.postgres.outage(seconds * 1_000);
    for (let back = false; !back;) {
      const health = await healthOf(cell);
      seen.live &&= health.live;
      if (!health.ready && seen.notReadyAfter === Infinity) seen.notReadyAfter = (performance.now() - stoppedAt) / 1_000;
      back = await Promise.race([outage.then(() => true), sleep(250).then(() => false)]);
    }
    const backAt = performance.now();
    while (!(await healthOf(cell)).ready && performance.now() - backAt < 60_000) await sleep(50);
    seen.readyAfter = (performance.now() - backAt) / 1_000;
    await sleep(3_000);
  });
  const failures = [
    ...outcome.failures,
    ...(outcome.deaths === 0 ? [] : [`${outcome.deaths} processes ended while the database was away`]),
    ...(seen.live ? [] : ['a process said that it does not live while the database was away']),
    ...(seen.readyAfter <= READY_WITHIN
      ? []
      : [`ready ${seen.readyAfter.toFixed(1)} s after the database came back, ${READY_WITHIN} are promised`]),
  ];
  return {
    name: `database away for ${seconds} s`,
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      deaths: outcome.deaths,
      'not ready after s': seen.notReadyAfter.toFixed(1),
      'ready again after s': seen.readyAfter.toFixed(2),
      'drained in s': outcome.drainSeconds.toFixed(1),
      operations: outcome.operations,
      events: outcome.events,
    },
    counts: outcome.counts,
    failures,
    repeat: `npm run faults -- outage --seed ${random.seed}`,
  };
}

async function healthOf(cell: Cell): Promise<{ live: boolean; ready: boolean }> {
  const urls = [...cell.services.values()].flatMap((service) => service.urls);
  const ask = async (url: string): Promise<boolean> =>
    fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  const [live, ready] = await Promise.all([
    Promise.all(urls.map((url) => ask(`${url}/health/live`))),
    Promise.all(urls.map((url) => ask(`${url}/health/ready`))),
  ]);
  return { live: live.every(Boolean), ready: ready.every(Boolean) };
}
