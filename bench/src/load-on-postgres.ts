import { DomainEventHistory } from '@edtech/shared-kernel';
import { closedLoop } from './harness/closed-loop.ts';
import { fillFeed } from './harness/feed-runner.ts';
import type { Variant } from './harness/measure.ts';
import { paymentContracts } from './harness/payments.ts';
import { emmett } from './harness/peers.ts';
import { explain, StatementRecorder } from './harness/plans.ts';
import type { BenchPostgres } from './harness/postgres.ts';
import { print, type Bench } from './harness/program.ts';
import { peerEvents } from './harness/stored-payments.ts';

const EVENTS = 1_000;
const PER_APPEND = 100;
const COLUMNS = `SELECT event_id, event_name, schema_version, stream_version, occurred_at, recorded_at, correlation_id, causation_id, user_id,
  actor, traceparent, payload FROM domain_events WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY stream_version DESC`;
const [RAW, PARSED, OURS, EMMETT] = [
  'raw SELECT',
  'raw SELECT and JSON.parse',
  'DomainEventHistory.of',
  'Emmett aggregateStream',
];

export async function loadOnPostgres(bench: Bench, postgres: BenchPostgres): Promise<void> {
  const pool = postgres.pool(1);
  const streams = bench.size(100, 8);
  await fillFeed(pool, EVENTS * streams, streams);
  const database = postgres.database(1);
  const recorder = new StatementRecorder(database.pool);
  const history = new DomainEventHistory(database, paymentContracts);
  const raw = async (): Promise<{ actor: string; payload: string }[]> =>
    (await pool.query<{ actor: string; payload: string }>({ name: 'raw-timeline', text: COLUMNS, values: ['Payment', 'p-1'] }))
      .rows;
  const variant = (name: string, includes: string, load: () => Promise<number>): Variant => ({
    name,
    includes,
    run: async (ms) => {
      let read = 0;
      const sample = await closedLoop(1, ms, async () => {
        read += await load();
      });
      return { ...sample, ops: read };
    },
  });
  const variants = [
    variant(RAW, 'the same columns, payload as text', async () => (await raw()).length),
    variant(PARSED, 'the same, payload and actor parsed', async () => {
      return (await raw()).map(({ actor, payload }): [unknown, unknown] => [JSON.parse(actor), JSON.parse(payload)]).length;
    }),
    variant(OURS, 'contract read, payload in its newest shape, instants as texts', async () => {
      return (await history.of('Payment', 'p-1')).length;
    }),
  ];

  await bench.gate('the timeline of one aggregate is complete, newest first', async () => {
    const versions = (await history.of('Payment', 'p-1')).map(({ streamVersion }) => streamVersion);
    if (versions.length !== EVENTS || versions.some((version, at) => version !== EVENTS - at))
      throw new Error(`${versions.length} of ${EVENTS} events, from ${versions[0]} to ${versions.at(-1)}`);
  });
  const peer = await (await emmett(bench))?.open(postgres.url, 1);
  if (peer !== undefined) {
    postgres.onClose(() => peer.close());
    for (let stream = 0; stream < streams / 4; stream++) {
      for (let version = 0; version < EVENTS; version += PER_APPEND)
        await peer.append(`p-${stream}`, version, peerEvents(`p-${stream}`, PER_APPEND));
    }
    const counts = await bench.gateOfFloor('Emmett: the stream is read back complete', async () => {
      const folded = await peer.fold('p-1');
      if (folded !== EVENTS) throw new Error(`${folded} of ${EVENTS} events`);
    });
    if (counts) variants.push(variant(EMMETT, 'all columns, folded', () => peer.fold('p-1')));
  }

  const row = await bench.table(`timeline of ${EVENTS} events from Postgres, events/s`, variants);
  bench.ratioGoal('load Postgres / raw SELECT', row(OURS), row(RAW), 0.8, 0.9);
  bench.ratioGoal('load Postgres / raw SELECT and JSON.parse', row(OURS), row(PARSED));
  if (variants.some(({ name }) => name === EMMETT)) bench.ratioGoal('load Postgres / Emmett', row(OURS), row(EMMETT), 1.5, 2.5);

  const plan = await explain(pool, 'timeline of one aggregate', recorder.get('domain-event-history'), 'domain_events');
  bench.plans.push(plan);
  print(`\n${plan}`);
}
