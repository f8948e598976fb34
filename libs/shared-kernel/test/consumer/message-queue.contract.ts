import { expect, test } from 'vitest';
import type { MessageQueue, QueuedMessage } from '../../src/infrastructure/consumer/message-queue.ts';

export interface QueueUnderTest {
  /** Messages stay hidden for 30 s; a receive waits for 1 s. */
  readonly queue: MessageQueue;
  readonly send: (body: string) => Promise<unknown>;
}

/** What every MessageQueue promises. Each run has a queue of its own. */
export function messageQueueContract(start: () => Promise<QueueUnderTest>): void {
  const never = new AbortController().signal;

  async function receive(queue: MessageQueue, count: number): Promise<QueuedMessage[]> {
    const received: QueuedMessage[] = [];
    for (let time = 0; time < 20 && received.length < count; time++) received.push(...(await queue.receive(never)));
    return received;
  }

  test('a message is received as it was sent, and hidden from then on', async () => {
    const { queue, send } = await start();
    await send('{"ü":1}');
    expect(await receive(queue, 1)).toMatchObject([{ body: '{"ü":1}', receiveCount: 1 }]);
    expect(await queue.receive(never)).toEqual([]);
  });

  test('a message shown again has another receipt, the same id and a higher count', async () => {
    const { queue, send } = await start();
    await send('a');
    const [first] = await receive(queue, 1);
    expect(await queue.hide([first?.receipt ?? ''], 0)).toBe(0);
    const [second] = await receive(queue, 1);
    expect(second).toMatchObject({ messageId: first?.messageId, receiveCount: 2 });
    expect(second?.receipt).not.toBe(first?.receipt);
  });

  test('deleted messages do not come again; ten go in one call', async () => {
    const { queue, send } = await start();
    for (let index = 0; index < 10; index++) await send(String(index));
    const messages = await receive(queue, 10);
    expect(messages.map(({ body }) => body).toSorted()).toEqual('0123456789'.split(''));
    expect(await queue.delete(messages.map(({ receipt }) => receipt))).toBe(0);
    expect(await queue.receive(never)).toEqual([]);
  });

  test('a receive that waits ends when it is told to', async () => {
    const { queue } = await start();
    const ended = new AbortController();
    const waiting = queue.receive(ended.signal);
    setTimeout(() => ended.abort(), 20);
    await expect(waiting).rejects.toThrow(/abort/i);
  });
}
