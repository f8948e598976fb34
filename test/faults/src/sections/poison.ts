import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { Cell } from '../cell/cell.ts';
import { NO_FAULTS } from '../cell/quiesce.ts';
import type { SectionReport } from '../report.ts';
import { inBankCell } from './in-cell.ts';
import { untilRecovered } from './recovery.ts';

export interface PoisonOptions {
  readonly random: SeededRandom;
  readonly streams: number;
  /** How long the others are watched after the stream was given up. */
  readonly seconds: number;
  readonly log: (line: string) => void;
}

const MOST_LAG_P99 = 2;
/** Five attempts take up to nine seconds from the next event of the stream on. */
const PARKED_WITHIN_MS = 40_000;
const CAUGHT_UP_SECONDS = 0.3;
const SUBSCRIPTIONS = [
  ['bank-service', 'bank-service.statement'],
  ['mirror-service', 'mirror-service.accounts.follow'],
] as const;

/** One stream of many cannot be handled, by a subscription of its own service and by the strict consumer of another: the others must not feel it. */
export async function poisonStream({ random, streams, seconds, log }: PoisonOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const lags: Record<string, number> = {};
  let [parked, others] = [0, 0];
  const outcome = await inBankCell(
    { random, replicas: { bank: 1, mirror: 1 }, load: { clients: 4, pauseMs: 150, accounts: streams }, direct: true, log },
    async ({ cell, bank }) => {
      await cell.faults(NO_FAULTS);
      // What the opening of so many accounts has piled up is not the poison's doing.
      for (let behind = Infinity; behind > CAUGHT_UP_SECONDS;) behind = await untilRecovered(cell);
      const poisoned = bank.account(0);
      for (const name of ['bank-service', 'mirror-service'])
        await cell.service(name).database.query('INSERT INTO poisoned VALUES ($1)', [poisoned]);
      const since = new Date();
      await bank.moveFrom(0);
      for (const until = Date.now() + PARKED_WITHIN_MS; parked < SUBSCRIPTIONS.length && Date.now() < until;) {
        await sleep(250);
        parked = await parkedOf(cell, `Account/${poisoned}`);
      }
      await sleep(seconds * 1_000);
      const service = cell.service('bank-service').database;
      const recorded = await service.query<{ event_id: string; recorded_at: Date }>(
        `SELECT event_id, recorded_at FROM domain_events WHERE recorded_at > $1 AND aggregate_type = 'Account'`,
        [since],
      );
      const at = new Map(recorded.rows.map((row) => [row.event_id, row.recorded_at.getTime()]));
      for (const [name, subscription] of SUBSCRIPTIONS) {
        const { database } = cell.service(name);
        const { rows } = await database.query<{ event_id: string; at: Date }>(
          'SELECT event_id, at FROM observed_effects WHERE subscription = $1 AND at > $2 AND stream <> $3',
          [subscription, since, `Account/${poisoned}`],
        );
        const waits = rows
          .flatMap((row) => {
            const recordedAt = at.get(row.event_id);
            return recordedAt === undefined ? [] : [(row.at.getTime() - recordedAt) / 1_000];
          })
          .toSorted((a, b) => a - b);
        others += waits.length;
        lags[subscription] = waits[Math.ceil(waits.length * 0.99) - 1] ?? Infinity;
      }
    },
  );
  const failures = [
    ...outcome.failures,
    ...(parked === SUBSCRIPTIONS.length ? [] : [`the poisoned stream is parked for ${parked} subscriptions, 2 were expected`]),
    ...Object.entries(lags).flatMap(([subscription, p99]) =>
      p99 < MOST_LAG_P99
        ? []
        : [`${subscription}: p99 of the other streams lags ${p99.toFixed(2)} s, less than ${MOST_LAG_P99} is promised`],
    ),
  ];
  return {
    name: `one poison stream of ${streams}`,
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      'effects of the others meanwhile': others,
      ...Object.fromEntries(
        Object.entries(lags).map(([subscription, p99]) => [`lag p99 of ${subscription} in s`, p99.toFixed(3)]),
      ),
      'redriven and drained in s': outcome.drainSeconds.toFixed(1),
      events: outcome.events,
    },
    counts: outcome.counts,
    failures,
    repeat: `npm run faults -- poison --seed ${random.seed}`,
  };
}

async function parkedOf(cell: Cell, stream: string): Promise<number> {
  let parked = 0;
  for (const [name, subscription] of SUBSCRIPTIONS) {
    const { rowCount } = await cell
      .service(name)
      .database.query('SELECT 1 FROM parked_keys WHERE subscription = $1 AND stream = $2', [subscription, stream]);
    parked += rowCount ?? 0;
  }
  return parked;
}
