import type { Clock, DurableStore, Random } from '../ports.ts';
import type { SqsFaults } from '../faults.ts';
import { Deduplication } from './deduplication.ts';
import { FifoOrder } from './fifo-order.ts';
import type { Entry, Delivery, Message } from './message.ts';
import type { MessageOrder } from './message-order.ts';
import { parseReceiptHandle } from './receipt-handle.ts';
import { queueKeys } from './queue-keys.ts';
import type { QueueSettings } from './queue-settings.ts';
import { AwsError } from '../aws-error.ts';
import { StandardOrder } from './standard-order.ts';

export interface QueueContext {
  store: DurableStore;
  clock: Clock;
  random: Random;
  faults: () => SqsFaults;
  findByArn: (arn: string) => Queue | undefined;
}

type Operation = { put: string; value: string } | { del: string };

export interface Received {
  message: Message;
  entry: Readonly<Delivery>;
}

/**
 * One queue: content in the store, order in memory. Send, receive, delete and change of visibility are stored and synced before
 * they resolve. At least once: a message is gone only after a delete with the handle of its latest receive.
 */
export class Queue {
  private readonly entries = new Map<number, Entry>();
  private readonly order: MessageOrder;
  private readonly deduplication: Deduplication;
  private readonly sleepers = new Set<() => void>();
  private cancelTimer: (() => void) | undefined;

  constructor(
    readonly name: string,
    public settings: QueueSettings,
    private readonly context: QueueContext,
  ) {
    this.order = settings.fifo ? new FifoOrder() : new StandardOrder();
    this.deduplication = new Deduplication(name, context.store);
  }

  /** Reads what the store has; resolves with the highest sequence it knows. */
  async load(): Promise<number> {
    const { store } = this.context;
    let highest = await this.deduplication.load();
    const messages = queueKeys.messages(this.name);
    for await (const [, value] of store.range(messages.from, messages.to)) {
      const message: Message = JSON.parse(value);
      this.entries.set(message.sequence, newEntry(message, 0));
      highest = Math.max(highest, message.sequence);
    }
    const deliveries = queueKeys.deliveries(this.name);
    for await (const [key, value] of store.range(deliveries.from, deliveries.to)) {
      const entry = this.entries.get(Number(key.slice(deliveries.from.length)));
      if (entry) Object.assign(entry, JSON.parse(value), { inFlight: true });
    }
    for (const entry of this.entries.values()) {
      entry.inFlight &&= entry.received > 0;
      this.order.place(entry, this.now());
    }
    return highest;
  }

  /** Resolves with the id and sequence of the message that stands for it: an earlier one if a FIFO queue has seen its id. */
  async send(message: Message, delayMs: number): Promise<{ messageId: string; sequence: number }> {
    const sent = { messageId: message.id, sequence: message.sequence };
    const enqueue = (more: Operation[]) => this.enqueue(message, delayMs, more);
    if (message.deduplicationId === undefined) {
      await enqueue([]);
      return sent;
    }
    return this.deduplication.once(message.deduplicationId, sent, this.now(), enqueue);
  }

  /** Up to `max` messages, waiting for the first one up to `waitMs`; none when the signal aborts. */
  async receive(options: { max: number; waitMs: number; visibilityMs: number; signal: AbortSignal }): Promise<Received[]> {
    const until = this.now() + options.waitMs;
    while (!options.signal.aborted) {
      const received = await this.take(options.max, options.visibilityMs);
      const left = until - this.now();
      if (received.length > 0 || left <= 0) return received;
      await this.somethingNew(left, options.signal);
    }
    return [];
  }

  async delete(handle: string): Promise<void> {
    const receipt = parseReceiptHandle(this.name, handle);
    const entry = this.entries.get(receipt.sequence);
    if (!entry || entry.received !== receipt.received) return;
    if (this.settings.fifo && entry.visibleAt <= this.now()) return;
    // stored first: a failed write must not hide a message that a restart would show again
    await this.context.store.batch(this.removal(entry));
    this.forget(entry);
    this.wake();
  }

  async changeVisibility(handle: string, visibilityMs: number): Promise<void> {
    const receipt = parseReceiptHandle(this.name, handle);
    const entry = this.entries.get(receipt.sequence);
    if (!entry || entry.received !== receipt.received) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    if (!entry.inFlight || entry.visibleAt <= this.now()) {
      throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    entry.visibleAt = this.now() + visibilityMs;
    this.order.place(entry, this.now());
    await this.context.store.batch([this.storedDelivery(entry)]);
    this.wake();
  }

  async purge(): Promise<void> {
    const entries = [...this.entries.values()];
    await this.context.store.batch(entries.flatMap((entry) => this.removal(entry)));
    for (const entry of entries) this.forget(entry);
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    const now = this.now();
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const entry of this.entries.values()) {
      counts[entry.visibleAt <= now ? 'visible' : entry.inFlight ? 'inFlight' : 'delayed'] += 1;
    }
    return counts;
  }

  close(): void {
    this.cancelTimer?.();
    this.wake();
  }

  private async enqueue(message: Message, delayMs: number, more: Operation[]): Promise<void> {
    const { random, faults, store } = this.context;
    const entry = newEntry(message, delayMs > 0 ? this.now() + delayMs : 0);
    if (faults().delayMs > 0) entry.visibleAt = Math.max(entry.visibleAt, this.now()) + random() * faults().delayMs;
    const operations: Operation[] = [
      { put: queueKeys.message(this.name, message.sequence), value: JSON.stringify(message) },
      ...more,
    ];
    if (entry.visibleAt > 0) operations.push(this.storedDelivery(entry));
    await store.batch(operations);
    this.accept(entry);
  }

  private accept(entry: Entry): void {
    this.entries.set(entry.sequence, entry);
    this.order.place(entry, this.now());
    this.wake();
  }

  private async take(max: number, visibilityMs: number): Promise<Received[]> {
    const taken: Entry[] = [];
    const operations: Operation[] = [];
    const buried: Array<Promise<void>> = [];
    // what is expired or goes to the dead letter queue makes room for others
    for (let found = this.order.take(max, this.now()); found.length > 0; found = this.order.take(max, this.now())) {
      for (const entry of found) {
        const deadLetters = this.deadLetterQueueOf(entry);
        if (entry.sentAt + this.settings.number('MessageRetentionPeriod') * 1000 <= this.now()) {
          operations.push(...this.removal(entry));
          this.forget(entry);
        } else if (deadLetters) {
          buried.push(this.bury(entry, deadLetters));
        } else {
          this.markReceived(entry, visibilityMs);
          taken.push(entry);
          operations.push(this.storedDelivery(entry));
        }
      }
      if (taken.length > 0) break;
    }
    const deliveries = taken.map((entry) => ({ ...entry }));
    if (operations.length > 0) await this.context.store.batch(operations);
    await Promise.all(buried);
    const received = await Promise.all(
      deliveries.map(async (entry) => {
        const stored = await this.context.store.get(queueKeys.message(this.name, entry.sequence));
        // deleted meanwhile by the holder of the handle
        if (stored === undefined) return undefined;
        const message: Message = JSON.parse(stored);
        return { message, entry };
      }),
    );
    return received.filter((one) => one !== undefined);
  }

  private markReceived(entry: Entry, visibilityMs: number): void {
    const { random, faults } = this.context;
    const now = this.now();
    entry.received += 1;
    entry.firstReceivedAt ??= now;
    entry.inFlight = true;
    entry.visibleAt = now + visibilityMs;
    // a FIFO queue promises not to do this
    if (!this.settings.fifo) {
      if (random() < faults().earlyVisibility) entry.visibleAt = now + random() * visibilityMs;
      if (random() < faults().duplicateReceive) entry.visibleAt = now;
    }
    this.order.place(entry, now);
  }

  private deadLetterQueueOf(entry: Entry): Queue | undefined {
    const { redrive } = this.settings;
    return redrive && entry.received >= redrive.maxReceiveCount ? this.context.findByArn(redrive.deadLetterTargetArn) : undefined;
  }

  private async bury(entry: Entry, deadLetters: Queue): Promise<void> {
    const { store } = this.context;
    this.forget(entry);
    const stored = await store.get(queueKeys.message(this.name, entry.sequence));
    if (stored === undefined) return;
    const message: Message = JSON.parse(stored);
    await store.batch([...this.removal(entry), { put: queueKeys.message(deadLetters.name, entry.sequence), value: stored }]);
    deadLetters.accept(newEntry(message, 0));
  }

  private removal(entry: Entry): Operation[] {
    return [{ del: queueKeys.message(this.name, entry.sequence) }, { del: queueKeys.delivery(this.name, entry.sequence) }];
  }

  private storedDelivery({ sequence, visibleAt, received, firstReceivedAt }: Entry): Operation {
    const delivery: Delivery = { visibleAt, received, ...(firstReceivedAt !== undefined && { firstReceivedAt }) };
    return { put: queueKeys.delivery(this.name, sequence), value: JSON.stringify(delivery) };
  }

  private forget(entry: Entry): void {
    this.entries.delete(entry.sequence);
    this.order.remove(entry);
  }

  private wake(): void {
    for (const sleeper of this.sleepers) sleeper();
  }

  /** Resolves when a receive may find more than before, after `ms`, or when the signal aborts. */
  private async somethingNew(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancelTimeout = this.context.clock.setTimer(ms, resolve);
    this.sleepers.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (this.order.take(1, this.now()).length > 0) resolve();
    this.wakeWhenDue();
    await promise;
    cancelTimeout();
    this.sleepers.delete(resolve);
  }

  private wakeWhenDue(): void {
    this.cancelTimer?.();
    const due = this.order.nextDue(this.now());
    this.cancelTimer = due === Infinity ? undefined : this.context.clock.setTimer(due - this.now(), () => this.wake());
  }

  private now(): number {
    return this.context.clock.now().getTime();
  }
}

function newEntry({ sequence, sentAt, group }: Message, visibleAt: number): Entry {
  return { sequence, sentAt, ...(group !== undefined && { group }), visibleAt, received: 0, inFlight: false };
}
