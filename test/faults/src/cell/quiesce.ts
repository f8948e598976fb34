import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { vaultsOf } from '../judge/judge-vaults.ts';
import type { Cell, RunningServiceInCell } from './cell.ts';

export interface QuiesceOptions {
  readonly withinMs?: number | undefined;
  /** A timer that is due later is nothing to wait for. All timers are waited for when left out. */
  readonly timersDueWithinMs?: number | undefined;
}

const WITHIN_MS = 90_000;
/** Longer than any timer takes. */
const EVER_MS = 3_650 * 86_400_000;
/** When messages wait for a predecessor and nothing else is under way any more, it will not come: it was lost, and is reported as such. */
const STUCK_LOOKS = 20;

/** What is no event at all stays parked: delivering it again would not help. */
const OPEN = `SELECT
  (SELECT count(*) FROM domain_events WHERE position IS NULL)::int AS unsequenced,
  (SELECT count(*) FROM subscriptions, feed_head WHERE checkpoint < position)::int AS behind,
  (SELECT count(*) FROM saga_commands WHERE status = 'pending')::int AS commands,
  (SELECT count(*) FROM saga_timers WHERE error IS NULL AND due_at < now() + $1 * interval '1 ms')::int AS timers,
  (SELECT count(*) FROM parked_keys WHERE subscription NOT LIKE '%.inbox')::int AS parked,
  (SELECT count(*) FROM projection_rebuilds WHERE state IN ('requested', 'building'))::int AS rebuilds,
  (SELECT count(*) FROM projection_rebuilds WHERE state = 'failed')::int AS failed_rebuilds,
  (SELECT count(*) FROM held_messages)::int AS held`;

/**
 * Takes every fault away and waits until the system has nothing left to do: what is parked is redriven, timers have fired, queues are empty.
 * Answers how many seconds that took. Throws NotDrained, which names what is open.
 */
export async function quiesce(cell: Cell, options: QuiesceOptions = {}): Promise<number> {
  const { withinMs = WITHIN_MS, timersDueWithinMs = EVER_MS } = options;
  await Promise.all([cell.toPostgres.heal(), cell.toAws.heal()]);
  await cell.postgres.settled();
  for (const replica of cell.replicas) replica.resume();
  await cell.aws.untilReady();
  await cell.faults(NO_FAULTS);
  const startedAt = performance.now();
  for (const service of cell.services.values()) await cure(service);
  const queues = new Queues(cell.awsUrl);
  try {
    for (let calm = 0, onlyHeld = 0, open: Record<string, unknown> = {}; calm < 2 && onlyHeld < STUCK_LOOKS;) {
      if (performance.now() - startedAt > withinMs) throw new NotDrained(withinMs, open);
      await new Promise((resolve) => setTimeout(resolve, 150));
      open = await whatIsOpen(cell, queues, timersDueWithinMs);
      calm = Object.keys(open).length === 0 ? calm + 1 : 0;
      onlyHeld = isOnlyHeld(open) ? onlyHeld + 1 : 0;
    }
  } finally {
    queues.close();
  }
  return (performance.now() - startedAt) / 1_000;
}

export const NO_FAULTS = {
  bus: { duplicate: 0, reorderWindow: 0, delayMs: 0, failTarget: 0, partialPutFailure: 0, throttle: 0, resetAfterAccept: 0 },
  sqs: { duplicateReceive: 0, earlyVisibility: 0, delayMs: 0, partialBatchFailure: 0 },
  dynamodb: { throttle: 0, replyLost: 0, indexLagMs: 0 },
  paused: false,
};

function isOnlyHeld(open: Readonly<Record<string, unknown>>): boolean {
  const left = Object.values(open);
  return left.length > 0 && left.every((one) => typeof one === 'object' && one !== null && Object.keys(one).join() === 'held');
}

async function whatIsOpen(cell: Cell, queues: Queues, timersDueWithinMs: number): Promise<Record<string, unknown>> {
  const open: Record<string, unknown> = {};
  const uncopied = await vaultsToCopy(cell);
  if (uncopied !== 0) open['vaults'] = { uncopied };
  for (const { name, database } of cell.services.values()) {
    const row = await database.query<Record<string, unknown>>(OPEN, [timersDueWithinMs]).then(
      ({ rows }) => rows[0] ?? {},
      (error: unknown): Record<string, unknown> => ({ away: String(error) }),
    );
    const left = Object.entries(row).filter(([, count]) => count !== 0);
    if (left.length > 0) open[name] = Object.fromEntries(left);
    if (Number(row['parked'] ?? 0) > 0) await redrive(cell.service(name));
    const waiting = await queues.waiting(name);
    if (waiting !== 0) open[`${name}'s queue`] = waiting;
  }
  return open;
}

/** -1: nobody answers. */
async function vaultsToCopy(cell: Cell): Promise<number> {
  let uncopied = 0;
  try {
    for await (const _ of vaultsOf(cell).pendingCommits()) uncopied++;
    return uncopied;
  } catch {
    return -1;
  }
}

/** Takes the poison away and delivers what it held up again. */
async function cure(service: RunningServiceInCell): Promise<void> {
  const { rowCount } = await service.database.query(`SELECT 1 FROM pg_tables WHERE tablename = 'poisoned'`);
  if (rowCount === 1) await service.database.query('DELETE FROM poisoned');
  await redrive(service);
}

async function redrive({ database }: RunningServiceInCell): Promise<void> {
  await database.query(`UPDATE parked_keys SET state = 'redriving' WHERE state = 'parked' AND subscription NOT LIKE '%.inbox'`);
}

class Queues {
  readonly #sqs: SQSClient;
  readonly #urls = new Map<string, string>();

  constructor(endpoint: string) {
    this.#sqs = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false });
  }

  async waiting(service: string): Promise<number> {
    try {
      const url = await this.#url(`${service.replace(/-service$/, '')}-inbox`);
      const { Attributes: counts = {} } = await this.#sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      );
      return (
        Number(counts['ApproximateNumberOfMessages'] ?? 0) +
        Number(counts['ApproximateNumberOfMessagesNotVisible'] ?? 0) +
        Number(counts['ApproximateNumberOfMessagesDelayed'] ?? 0)
      );
    } catch {
      return -1;
    }
  }

  close(): void {
    this.#sqs.destroy();
  }

  async #url(name: string): Promise<string> {
    const known = this.#urls.get(name);
    if (known !== undefined) return known;
    const { QueueUrl: url = '' } = await this.#sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    this.#urls.set(name, url);
    return url;
  }
}

export class NotDrained extends Error {
  readonly code = 'NOT_DRAINED';

  constructor(
    withinMs: number,
    readonly open: Readonly<Record<string, unknown>>,
  ) {
    super(`the system did not come to rest within ${withinMs / 1_000} s without faults; open: ${JSON.stringify(open)}`);
    this.name = 'NotDrained';
  }
}
