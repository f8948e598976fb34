import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { retryThenPark, type EventReaction } from '@edtech/shared-kernel';
import type { Pool } from 'pg';
import { Countdown } from './harness/closed-loop.ts';
import { FeedRunner, fillFeed } from './harness/feed-runner.ts';
import { withLocalSqs } from './harness/local-aws.ts';
import type { Variant } from './harness/measure.ts';
import { paymentContracts, paymentPayload } from './harness/payments.ts';
import { BenchPostgres, numberOf } from './harness/postgres.ts';
import { runProgram, type Bench } from './harness/program.ts';
import { createRecordProcessor, QueuePoller, SqsQueue } from './kernel.ts';

const QUEUE = 'bench-inbox';
const PER_CALL = 10;
/** What the poller holds at a time by default. */
const HELD = 20;
/** Events a reaction handles at a time. */
const PARALLEL = 4;
const PAGE = 500;
const EFFECT = 'INSERT INTO effects (round, event_id) VALUES ($1, $2)';
const INBOX = 'INSERT INTO inbox (subscription, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING';

let rounds = 0;

async function consumer(bench: Bench, postgres: BenchPostgres): Promise<void> {
  const pool = postgres.pool(HELD);
  await pool.query('CREATE TABLE effects (round int NOT NULL, event_id uuid NOT NULL)');
  const runner = new FeedRunner(postgres.database(HELD));
  await withLocalSqs((sqs) => overQueue(bench, postgres, runner, pool, sqs));
  await overFeed(bench, postgres, runner, pool);
}

/** One row per event; `handled` is called when its transaction is about to commit. */
function oneRow(runner: FeedRunner, events: readonly string[], handled: () => void): EventReaction {
  const round = ++rounds;
  return {
    subscription: `bench.effects-${round}`,
    events,
    effect: 'database',
    order: 'any',
    handle: async ({ eventId }) => {
      const client = await runner.unitOfWork.client();
      await client.query({ name: 'effect', text: EFFECT, values: [round, eventId] });
      handled();
    },
  };
}

async function overQueue(bench: Bench, postgres: BenchPostgres, runner: FeedRunner, pool: Pool, sqs: SQSClient): Promise<void> {
  const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE }));
  const target = bench.size(2_000, 100);
  const fill = (events: number, twice = false): Promise<void> => sendEvents(sqs, url, events, twice);
  let stop = async (): Promise<void> => undefined;
  const consume = (countdown: Countdown): void => {
    const { unitOfWork, delivery, parkingLot } = runner;
    const reactions = [oneRow(runner, ['payment.created'], () => countdown.count())];
    const policy = retryThenPark();
    const poller = new QueuePoller({
      name: QUEUE,
      queue: new SqsQueue(sqs, { name: QUEUE, waitSeconds: 1 }),
      processRecord: createRecordProcessor({
        service: 'bench-service',
        contracts: paymentContracts,
        reactions,
        delivery,
        unitOfWork,
        parkingLot,
        policy,
      }),
      probe: () => runner.database.query({ text: 'SELECT 1' }),
    });
    stop = () => poller.stop();
    poller.start();
  };
  const effects = (round: number): Promise<number> => numberOf(pool, 'SELECT count(*) FROM effects WHERE round = $1', [round]);
  const expectEffects = async (expected: number): Promise<void> => {
    const stored = await effects(rounds);
    if (stored !== expected) throw new Error(`${expected} events were sent, ${stored} effects are stored`);
  };

  await bench.gate('consumer: each event has its effect once, although it is sent twice', async () => {
    await fill(50, true);
    const countdown = new Countdown(50);
    consume(countdown);
    await countdown.reached();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await stop();
    await expectEffects(50);
  });

  const ours: Variant = {
    name: 'QueuePoller and record processor',
    includes: 'parsed by contract, parked streams, inbox + effect in one transaction, deleted in tens',
    before: () => fill(target),
    run: async () => {
      const countdown = new Countdown(target);
      consume(countdown);
      return countdown.reached();
    },
    after: async () => {
      await stop();
      await expectEffects(target);
    },
  };
  const raw: Variant = {
    name: 'raw loop',
    includes: 'JSON.parse, effect by one INSERT, deleted in tens, no inbox, no order',
    before: () => fill(target),
    run: async () => {
      const [round, countdown] = [++rounds, new Countdown(target)];
      const reached = countdown.reached();
      const loop = async (): Promise<void> => {
        while (!countdown.over) {
          const { Messages: messages = [] } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: PER_CALL, WaitTimeSeconds: 1 }),
          );
          if (messages.length === 0) continue;
          await Promise.all(
            messages.map(({ Body: body = '' }) => {
              const { detail }: { detail: { eventId: string } } = JSON.parse(body);
              return pool.query({ name: 'effect', text: EFFECT, values: [round, detail.eventId] });
            }),
          );
          const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
          await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries }));
          countdown.count(messages.length);
        }
      };
      await Promise.all(Array.from({ length: HELD / PER_CALL }, loop));
      return reached;
    },
    after: () => expectEffects(target),
  };
  const row = await bench.table('SQS to effect', [raw, ours], [postgres.walBytes(pool), postgres.connectionsOpened]);
  bench.ratioGoal('SQS to effect / raw loop', row(ours.name), row(raw.name));
}

async function sendEvents(sqs: SQSClient, url: string | undefined, events: number, twice: boolean): Promise<void> {
  const send = async (from: number): Promise<void> => {
    const bodies = Array.from({ length: Math.min(PER_CALL, events - from) }, busBody);
    const entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
    for (let n = 0; n < (twice ? 2 : 1); n++) await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));
  };
  for (let from = 0; from < events; from += PER_CALL) await send(from);
}

/** A message as a bus rule puts it into a queue. */
function busBody(): string {
  const [id, now] = [randomUUID(), new Date().toISOString()];
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': 'payment.created',
    source: 'payment-service',
    time: now,
    detail: {
      eventId: id,
      occurredAt: now,
      recordedAt: now,
      aggregateType: 'Payment',
      aggregateId: id,
      streamVersion: 1,
      schemaVersion: 1,
      correlationId: id,
      causationId: id,
      userId: id,
      actor: { id, type: 'user' },
      payload: paymentPayload(id),
    },
  });
}

async function overFeed(bench: Bench, postgres: BenchPostgres, runner: FeedRunner, pool: Pool): Promise<void> {
  const target = bench.size(6_000, 300);
  await fillFeed(pool, target, 1_000);
  let stop = async (): Promise<void> => undefined;
  const stored = async (): Promise<void> => {
    const once = await numberOf(
      pool,
      'SELECT count(DISTINCT event_id) FROM effects WHERE round = $1 HAVING count(*) = count(DISTINCT event_id)',
      [rounds],
    );
    if (once !== target) throw new Error(`${target} events are in the feed, ${once} had their effect exactly once`);
  };
  const ours: Variant = {
    name: 'ReactionConsumer',
    includes: 'read by contract, message context, inbox + effect in one transaction, order per stream, checkpoint',
    run: async () => {
      const countdown = new Countdown(target);
      stop = runner.start([runner.consumerOf(oneRow(runner, ['payment.created'], () => countdown.count()))]);
      return countdown.reached();
    },
    after: async () => {
      await stop();
      await stored();
    },
  };
  const bare: Variant = {
    name: 'bare loop',
    includes: 'pages of 500; BEGIN, inbox, effect, COMMIT with 4 connections; JSON.parse, no order, no checkpoint',
    run: async () => {
      const [round, countdown] = [++rounds, new Countdown(target)];
      const reached = countdown.reached();
      const share = async (remainder: number): Promise<void> => {
        const client = await pool.connect();
        try {
          for (let after = 0; after < target; after += PAGE) {
            const { rows } = await client.query<{ event_id: string; payload: string }>({
              name: 'bare-page',
              text: 'SELECT event_id, event_name, actor, payload FROM domain_events WHERE position > $1 AND position <= $2 AND position % $3 = $4 ORDER BY position',
              values: [after, after + PAGE, PARALLEL, remainder],
            });
            for (const { event_id: eventId, payload } of rows) {
              JSON.parse(payload);
              await client.query('BEGIN');
              await client.query({ name: 'bare-inbox', text: INBOX, values: [`bare-${round}`, eventId] });
              await client.query({ name: 'effect', text: EFFECT, values: [round, eventId] });
              await client.query('COMMIT');
              countdown.count();
            }
          }
        } finally {
          client.release();
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, (_, remainder) => share(remainder)));
      return reached;
    },
    after: stored,
  };
  const row = await bench.table('reaction over the feed', [bare, ours], [postgres.walBytes(pool), postgres.connectionsOpened]);
  bench.gates.push({ name: 'reaction: each event had its effect exactly once, every round', passed: true });
  bench.ratioGoal('reaction / bare loop', row(ours.name), row(bare.name));
}

await runProgram('consumer', (bench) => BenchPostgres.use(bench, (postgres) => consumer(bench, postgres)));
