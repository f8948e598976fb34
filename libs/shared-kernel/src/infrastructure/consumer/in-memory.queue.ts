import { randomUUID } from 'node:crypto';
import { MessageQueue, type QueuedMessage } from './message-queue.ts';

interface Stored {
  readonly messageId: string;
  readonly body: string;
  receiveCount: number;
  receipt: string;
  visibleAt: number;
}

const POLL_MS = 5;

/** A queue in this process, for tests and single-process runs without durability. */
export class InMemoryQueue extends MessageQueue {
  readonly #messages = new Map<string, Stored>();

  constructor(
    override readonly hiddenSeconds = 30,
    private readonly waitSeconds = 1,
  ) {
    super();
  }

  /** Answers the id of the message. */
  send(body: string): string {
    const messageId = randomUUID();
    this.#messages.set(messageId, { messageId, body, receiveCount: 0, receipt: '', visibleAt: 0 });
    return messageId;
  }

  /** Messages that nobody has deleted. */
  get left(): readonly { readonly messageId: string; readonly receiveCount: number }[] {
    return [...this.#messages.values()];
  }

  override async receive(ended: AbortSignal): Promise<readonly QueuedMessage[]> {
    const until = Date.now() + this.waitSeconds * 1_000;
    for (;;) {
      ended.throwIfAborted();
      const now = Date.now();
      const visible = [...this.#messages.values()].filter(({ visibleAt }) => visibleAt <= now).slice(0, 10);
      if (visible.length > 0 || now >= until) return visible.map((message) => this.#handOut(message, now));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  override async delete(receipts: readonly string[]): Promise<number> {
    return receipts.filter((receipt) => {
      const message = this.#received(receipt);
      return message === undefined || !this.#messages.delete(message.messageId);
    }).length;
  }

  override async hide(receipts: readonly string[], seconds: number): Promise<number> {
    return receipts.filter((receipt) => {
      const message = this.#received(receipt);
      if (message !== undefined) message.visibleAt = Date.now() + seconds * 1_000;
      return message === undefined;
    }).length;
  }

  #handOut(message: Stored, now: number): QueuedMessage {
    message.receiveCount++;
    message.receipt = `${message.messageId}#${message.receiveCount}`;
    message.visibleAt = now + this.hiddenSeconds * 1_000;
    const { messageId, body, receiveCount, receipt } = message;
    return { messageId, body, receiveCount, receipt };
  }

  #received(receipt: string): Stored | undefined {
    const message = this.#messages.get(receipt.slice(0, receipt.indexOf('#')));
    return message?.receipt === receipt ? message : undefined;
  }
}
