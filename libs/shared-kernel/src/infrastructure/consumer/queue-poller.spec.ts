import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { messageQueueContract } from '../../../test/consumer/message-queue.contract.ts';
import { InMemoryQueue } from './in-memory.queue.ts';
import { QueuePoller, type QueuePollerOptions } from './queue-poller.ts';
import type { ProcessRecord } from './queue-record.ts';

const pollers: QueuePoller[] = [];

afterEach(async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()));
});

function poll(queue: InMemoryQueue, processRecord: ProcessRecord, options: Partial<QueuePollerOptions> = {}): QueuePoller {
  const poller = new QueuePoller({ name: 'test', queue, processRecord, probe: async () => undefined, ...options });
  pollers.push(poller);
  poller.start();
  return poller;
}

function filled(count: number, queue = new InMemoryQueue()): InMemoryQueue {
  for (let index = 0; index < count; index++) queue.send(String(index));
  return queue;
}

/** Counts calls. */
class CountingQueue extends InMemoryQueue {
  receives = 0;
  readonly deletes: number[] = [];
  failingReceives = 0;

  override async receive(ended: AbortSignal) {
    this.receives++;
    if (this.failingReceives-- > 0) throw new Error('queue is away');
    return super.receive(ended);
  }
  override async delete(receipts: readonly string[]) {
    this.deletes.push(receipts.length);
    return super.delete(receipts);
  }
}

describe('in-memory queue keeps the contract of the queue', () => {
  messageQueueContract(async () => {
    const queue = new InMemoryQueue(30, 0.05);
    return { queue, send: async (body) => queue.send(body) };
  });
});

describe('queue poller', () => {
  test('handles and deletes what is in the queue, in tens', async () => {
    const queue = new CountingQueue();
    filled(100, queue);
    const bodies: string[] = [];
    const poller = poll(queue, async ({ body }) => {
      bodies.push(body);
      return 'done';
    });
    await expect.poll(() => queue.left.length).toBe(0);
    expect(bodies.length).toBe(100);
    expect(queue.deletes.length).toBeLessThanOrEqual(20);
    expect(poller.stats()).toMatchObject({ received: 100, done: 100, deleted: 100, retried: 0, failedCalls: 0 });
  });

  test('F26 holds no more messages than its concurrency, and uses it', async () => {
    let running = 0;
    let most = 0;
    const queue = filled(90);
    const poller = poll(queue, async () => {
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
      return 'done';
    });
    await expect.poll(() => queue.left.length).toBe(0);
    expect(most).toBe(20);
    expect(poller.stats().inProgress).toBe(0);
  });

  test('receives as often at once as it has room for tens', async () => {
    const queue = new CountingQueue(30, 5);
    poll(queue, async () => 'done', { concurrency: 30 });
    await sleep(30);
    expect(queue.receives).toBe(3);
  });

  test('F26 a message stays hidden for as long as it is handled', async () => {
    const queue = filled(1, new InMemoryQueue(0.1));
    let calls = 0;
    poll(queue, async () => {
      calls++;
      await sleep(400);
      return 'done';
    });
    await expect.poll(() => queue.left.length, { timeout: 3_000 }).toBe(0);
    expect(calls).toBe(1);
  });

  test('a message to be retried comes again, with its count', async () => {
    const queue = filled(1);
    const counts: number[] = [];
    const poller = poll(queue, async ({ receiveCount }) => {
      counts.push(receiveCount);
      return receiveCount < 3 ? { retryAfterMs: 0 } : 'done';
    });
    await expect.poll(() => queue.left.length).toBe(0);
    expect([counts, poller.stats().retried]).toEqual([[1, 2, 3], 2]);
  });

  test('while the database is away nothing is received, so that no attempts are used up', async () => {
    const queue = new CountingQueue(30, 0.05);
    filled(40, queue);
    let away = true;
    let probes = 0;
    const poller = poll(queue, async () => (away ? { retryAfterMs: 1_000, databaseAway: true } : 'done'), {
      probe: async () => {
        probes++;
        if (away) throw new Error('connection refused');
      },
    });
    await expect.poll(() => probes, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    const { receives } = queue;
    expect(poller.stats().paused).toBe(true);
    expect(Math.max(...queue.left.map(({ receiveCount }) => receiveCount))).toBe(1);
    await sleep(100);
    expect(queue.receives).toBe(receives);
    away = false;
    await expect.poll(() => queue.left.length, { timeout: 10_000 }).toBe(0);
    expect(poller.stats()).toMatchObject({ paused: false, done: 40 });
  });

  test('a queue that is away is asked again until it is back', async () => {
    const queue = new CountingQueue();
    queue.failingReceives = 3;
    filled(5, queue);
    const poller = poll(queue, async () => 'done');
    await expect.poll(() => queue.left.length, { timeout: 10_000 }).toBe(0);
    expect(poller.stats()).toMatchObject({ failedCalls: 3, lastError: expect.stringContaining('queue is away') });
  });

  test('stop waits for what is under way, deletes it, and shows the rest at once', async () => {
    const queue = new InMemoryQueue();
    const body = (streamVersion: number) =>
      JSON.stringify({ 'detail-type': 'a.b', source: 's', detail: { aggregateType: 'A', aggregateId: '1', streamVersion } });
    for (const version of [1, 2, 3]) queue.send(body(version));
    let started = 0;
    const poller = poll(queue, async () => {
      started++;
      await sleep(100);
      return 'done';
    });
    await expect.poll(() => started).toBe(1);
    await poller.stop();
    expect([started, queue.left.length, poller.stats().inProgress]).toEqual([1, 2, 0]);
    expect(await queue.receive(new AbortController().signal)).toHaveLength(2);
  });

  test('stop does not wait for ever', async () => {
    const queue = filled(1);
    let started = false;
    const poller = poll(
      queue,
      async () => {
        started = true;
        await sleep(2_000);
        return 'done';
      },
      { drainMs: 30 },
    );
    await expect.poll(() => started).toBe(true);
    const before = Date.now();
    await poller.stop();
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(queue.left).toHaveLength(1);
  });
});
