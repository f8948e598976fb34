import type { DurableStore } from '../ports.ts';
import { queueKeys } from './queue-keys.ts';

const WINDOW_MS = 5 * 60_000;

interface Sent {
  messageId: string;
  sequence: number;
  until: number;
}

/** What a FIFO queue accepted in the last five minutes. */
export class Deduplication {
  private readonly sent = new Map<string, Sent & { stored?: Promise<void> }>();

  constructor(
    private readonly queue: string,
    private readonly store: DurableStore,
  ) {}

  /** Resolves with the highest sequence it knows. */
  async load(): Promise<number> {
    const { from, to } = queueKeys.deduplications(this.queue);
    const stored: Array<readonly [string, Sent]> = [];
    for await (const [key, value] of this.store.range(from, to)) stored.push([key.slice(from.length), JSON.parse(value)]);
    stored.sort(([, a], [, b]) => a.until - b.until);
    for (const [id, sent] of stored) this.sent.set(id, sent);
    return Math.max(0, ...stored.map(([, sent]) => sent.sequence));
  }

  /**
   * Runs `send` unless the id was accepted within the window; then it resolves with the first one, once that one is stored.
   * `send` gets the operations that must be stored together with its message.
   */
  async once(
    id: string,
    message: { messageId: string; sequence: number },
    now: number,
    send: (operations: Array<{ put: string; value: string } | { del: string }>) => Promise<void>,
  ): Promise<{ messageId: string; sequence: number }> {
    const first = this.sent.get(id);
    if (first && first.until > now) {
      await first.stored;
      return first;
    }
    const record: Sent = { ...message, until: now + WINDOW_MS };
    const stored = send([
      ...this.forgetExpired(now),
      { put: queueKeys.deduplication(this.queue, id), value: JSON.stringify(record) },
    ]);
    this.sent.set(id, { ...record, stored });
    try {
      await stored;
    } catch (error) {
      this.sent.delete(id);
      throw error;
    }
    return message;
  }

  private forgetExpired(now: number): Array<{ del: string }> {
    const forgotten: Array<{ del: string }> = [];
    // insertion order is order of expiry, so the first one that is still valid ends the search
    for (const [id, { until }] of this.sent) {
      if (until > now) break;
      this.sent.delete(id);
      forgotten.push({ del: queueKeys.deduplication(this.queue, id) });
    }
    return forgotten;
  }
}
