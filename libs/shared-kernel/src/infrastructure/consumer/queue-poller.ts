import { setTimeout as sleep } from 'node:timers/promises';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import { crashpoint } from '../../application/crashpoint.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import { errorLine } from '../logging/safe-text.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { inStreamOrder } from './bus-message.ts';
import type { MessageQueue, QueuedMessage } from './message-queue.ts';
import type { ProcessRecord, RecordOutcome } from './queue-record.ts';

export interface QueuePollerOptions {
  readonly name: string;
  readonly queue: MessageQueue;
  readonly processRecord: ProcessRecord;
  /** Resolves when the database answers: asked before polling goes on after it was away. */
  readonly probe: () => Promise<unknown>;
  /** Messages held at a time, a multiple of 10. */
  readonly concurrency?: number;
  /** How long `stop` waits for handlers; what is not finished then comes again. */
  readonly drainMs?: number;
}

interface QueuePollerStats {
  readonly received: number;
  readonly done: number;
  readonly retried: number;
  readonly deleted: number;
  readonly failedCalls: number;
  readonly inProgress: number;
  readonly paused: boolean;
  readonly lastError: string | undefined;
  /** The last receive got no answer. */
  readonly failing: boolean;
}

const PER_RECEIVE = 10;
const PROCESSING_FAILED: RecordOutcome = { retryAfterMs: 5_000 };

/**
 * Takes messages from a queue while it has room, keeps them hidden while they are handled, and deletes what is done. Messages of one
 * stream that come together are handled in order. While the database is away nothing is received, so that an outage uses up no attempts.
 */
export class QueuePoller implements BackgroundWorker {
  readonly name: string;
  readonly #concurrency: number;
  readonly #acknowledgements: Acknowledgements;
  /** Received and not finished. */
  readonly #held = new Map<string, QueuedMessage>();
  readonly #work = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #reserved = 0;
  #away = false;
  #stopped = new AbortController();
  #receiving = new AbortController();
  #heartbeat: NodeJS.Timeout | undefined;
  #received = 0;
  #done = 0;
  #retried = 0;
  #failedCalls = 0;
  #lastError: string | undefined;
  #failing = false;

  constructor(private readonly options: QueuePollerOptions) {
    this.name = options.name;
    this.#concurrency = Math.max(PER_RECEIVE, options.concurrency ?? 20);
    this.#acknowledgements = new Acknowledgements(options.queue);
  }

  start(): void {
    this.#stopped = new AbortController();
    this.#receiving = new AbortController();
    this.#heartbeat = setInterval(() => this.#track(this.#keepHidden()), (this.options.queue.hiddenSeconds * 1_000) / 2);
    for (let room = this.#concurrency; room >= PER_RECEIVE; room -= PER_RECEIVE) this.#track(this.#poll());
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#receiving.abort();
    this.#wake();
    const drained = new AbortController();
    const { drainMs = 20_000 } = this.options;
    await Promise.race([this.#finished(), sleep(drainMs, undefined, { signal: drained.signal }).catch(() => undefined)]);
    drained.abort();
    clearInterval(this.#heartbeat);
    await this.#acknowledgements.flush();
  }

  stats(): QueuePollerStats {
    return {
      received: this.#received,
      done: this.#done,
      retried: this.#retried,
      deleted: this.#acknowledgements.deleted,
      failedCalls: this.#failedCalls + this.#acknowledgements.failed,
      inProgress: this.#held.size,
      paused: this.#away,
      lastError: this.#lastError,
      failing: this.#failing,
    };
  }

  async #poll(): Promise<void> {
    let failures = 0;
    while (await this.#reserve()) {
      const { signal } = this.#receiving;
      const messages = await this.options.queue.receive(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#failed(error);
        return undefined;
      });
      this.#reserved -= PER_RECEIVE;
      for (const message of messages ?? []) this.#held.set(message.receipt, message);
      this.#received += messages?.length ?? 0;
      if (messages !== undefined && messages.length > 0) crashpoint('in.after-receive');
      for (const stream of inStreamOrder(messages ?? [])) this.#track(this.#handleInOrder(stream));
      this.#wake();
      failures = messages === undefined ? failures + 1 : 0;
      this.#failing = messages === undefined && !signal.aborted;
      if (messages === undefined && !signal.aborted) await this.#pauseFor(fullJitter(failures, 250, 20_000));
    }
  }

  /** Room for one receive; false: stopped. */
  async #reserve(): Promise<boolean> {
    while (!this.#stopped.signal.aborted && (this.#away || this.#held.size + this.#reserved + PER_RECEIVE > this.#concurrency))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#stopped.signal.aborted) return false;
    this.#reserved += PER_RECEIVE;
    return true;
  }

  async #handleInOrder(messages: readonly QueuedMessage[]): Promise<void> {
    for (const message of messages) {
      await this.#handle(message);
      this.#held.delete(message.receipt);
      if (this.#held.size > 0) crashpoint('in.mid-batch');
      this.#wake();
    }
  }

  async #handle(message: QueuedMessage): Promise<void> {
    if (this.#away || this.#stopped.signal.aborted) return this.#hide([message.receipt], 0);
    const { messageId, body, receiveCount } = message;
    const outcome = await this.options.processRecord({ messageId, body, receiveCount }).catch((error: unknown) => {
      this.#lastError = errorLine(error);
      return PROCESSING_FAILED;
    });
    if (outcome === 'done') {
      crashpoint('in.after-commit');
      this.#done++;
      this.#acknowledgements.add(message.receipt);
      return undefined;
    }
    this.#retried++;
    if (outcome.databaseAway === true) this.#pauseUntilDatabaseAnswers();
    return this.#hide([message.receipt], outcome.databaseAway === true ? 0 : Math.ceil(outcome.retryAfterMs / 1_000));
  }

  #pauseUntilDatabaseAnswers(): void {
    if (this.#away) return;
    this.#away = true;
    this.#receiving.abort();
    this.#track(this.#recover());
  }

  async #recover(): Promise<void> {
    for (let attempt = 1; !this.#stopped.signal.aborted; attempt++) {
      await this.#pauseFor(fullJitter(attempt, 100, 2_000));
      const answers = await this.options.probe().then(
        () => true,
        () => false,
      );
      if (answers) break;
    }
    this.#away = false;
    if (!this.#stopped.signal.aborted) this.#receiving = new AbortController();
    this.#wake();
  }

  async #keepHidden(): Promise<void> {
    const receipts = [...this.#held.keys()];
    for (let at = 0; at < receipts.length; at += PER_RECEIVE)
      await this.#hide(receipts.slice(at, at + PER_RECEIVE), this.options.queue.hiddenSeconds);
  }

  async #hide(receipts: readonly string[], seconds: number): Promise<void> {
    this.#failedCalls += await this.options.queue.hide(receipts, seconds).catch((error: unknown) => {
      this.#failed(error);
      return 0;
    });
  }

  async #pauseFor(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  async #finished(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #failed(error: unknown): void {
    this.#failedCalls++;
    this.#lastError = errorLine(error);
  }
}
