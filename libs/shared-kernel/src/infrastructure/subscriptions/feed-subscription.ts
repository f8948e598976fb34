import { setTimeout as delay } from 'node:timers/promises';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import { crashpoint } from '../../application/crashpoint.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import type { Database } from '../database/database.ts';
import { errorLine } from '../logging/safe-text.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { FeedConsumer, FeedEvent, FeedTerm } from './feed.ts';
import { readFeedPage } from './feed-page.ts';
import type { FeedSignal } from './feed-signal.ts';
import { LeaseLost, type Lease, type Leases } from './leases.ts';

const POLL_MS = 1_000;
const CHECKPOINT_EVERY_MS = 50;

/** The subscription stands still until an operator lets it go on: its failure policy answered `stop`. */
export class SubscriptionStopped extends Error {
  readonly code = 'SUBSCRIPTION_STOPPED';
}

/**
 * A named reader of the feed. One replica at a time holds its lease and runs its consumer from the checkpoint; when the lease passes on,
 * the next holder starts where the checkpoint is, and the inbox keeps the effects single.
 */
export class FeedSubscription implements BackgroundWorker {
  readonly name: string;
  readonly #lease: string;
  #serving: Promise<void> = Promise.resolve();

  constructor(
    private readonly consumer: FeedConsumer,
    private readonly database: Database,
    private readonly checkpoints: Checkpoints,
    private readonly leases: Leases,
    private readonly signal: FeedSignal,
  ) {
    this.name = consumer.subscription;
    this.#lease = `subscription:${consumer.subscription}`;
  }

  start(): void {
    this.leases.want(this.#lease, (lease) => {
      this.#serving = this.#serving.then(() => this.#serve(lease));
    });
  }

  async stop(): Promise<void> {
    await this.#serving;
  }

  async #serve(lease: Lease): Promise<void> {
    for (let failures = 0; !lease.lost.aborted;) {
      const startedAt = performance.now();
      try {
        const { checkpoint, state, failed } = await this.checkpoints.open(this.consumer);
        if (state === 'running') await this.#term(lease, checkpoint, failed);
        else await delay(POLL_MS, undefined, { signal: lease.lost }).catch(() => undefined);
      } catch (error) {
        if (error instanceof LeaseLost) return;
        const stopped = error instanceof SubscriptionStopped;
        await this.checkpoints.failed(this.name, errorLine(error), stopped ? 'stopped' : 'running').catch(() => undefined);
        failures = performance.now() - startedAt > 10_000 ? 1 : failures + 1;
        await delay(fullJitter(failures, 100, 5_000), undefined, { signal: lease.lost }).catch(() => undefined);
      }
    }
  }

  async #term(lease: Lease, checkpoint: number, failedBefore: boolean): Promise<void> {
    const failed = new AbortController();
    const term = new Term(this.consumer, this.database, this.signal, checkpoint, AbortSignal.any([lease.lost, failed.signal]));
    const saving = this.#saveCheckpoints(lease, term, checkpoint, failedBefore).catch((error: unknown) => {
      failed.abort();
      throw error;
    });
    // It is awaited below, but may fail while a handler is still under way.
    saving.catch(() => undefined);
    try {
      await this.consumer.consume(term);
    } finally {
      failed.abort();
      await saving;
    }
  }

  /** Saving also takes back the error of an earlier term: when the checkpoint moves, or when there is nothing left that could fail. */
  async #saveCheckpoints(lease: Lease, term: Term, from: number, failedBefore: boolean): Promise<void> {
    for (let saved = from, clean = !failedBefore; ;) {
      const ended = term.ended.aborted;
      const checkpoint = term.checkpoint;
      if (checkpoint > saved || (!clean && term.caughtUp)) {
        crashpoint('feed.before-ckpt');
        await this.checkpoints.save(this.name, lease, checkpoint);
        saved = checkpoint;
        clean = true;
      }
      if (ended) return;
      await term.moved(saved, CHECKPOINT_EVERY_MS);
    }
  }
}

class Term implements FeedTerm {
  #scannedTo: number;
  #lastTaken: number;
  #advanced: number;
  #wake: (() => void) | undefined;
  #atHead = false;

  constructor(
    private readonly consumer: FeedConsumer,
    private readonly database: Database,
    private readonly signal: FeedSignal,
    checkpoint: number,
    readonly ended: AbortSignal,
  ) {
    this.#scannedTo = this.#lastTaken = this.#advanced = checkpoint;
    ended.addEventListener('abort', () => this.#wake?.());
  }

  /** What the subscription need not see again: also the events of others behind the last one it took. */
  get checkpoint(): number {
    return this.#advanced >= this.#lastTaken ? this.#scannedTo : this.#advanced;
  }

  /** Nothing is waiting and nothing is under way. */
  get caughtUp(): boolean {
    return this.#atHead && this.#advanced >= this.#lastTaken;
  }

  async take(limit: number): Promise<readonly FeedEvent[]> {
    while (!this.ended.aborted) {
      const heard = this.signal.heard('sequenced');
      const page = await readFeedPage(this.database, this.#scannedTo, this.consumer.events, limit);
      const last = page.events.at(-1);
      if (page.scannedTo > this.#scannedTo) this.#scannedTo = page.scannedTo;
      if (last !== undefined) {
        crashpoint('feed.after-read');
        this.#lastTaken = last.position;
        this.#atHead = false;
        return page.events;
      }
      if (page.scannedTo < page.head) continue;
      this.#atHead = true;
      this.#wake?.();
      await this.signal.next('sequenced', heard, POLL_MS, this.ended);
    }
    return [];
  }

  advance(position: number): void {
    if (position <= this.#advanced) return;
    this.#advanced = position;
    this.#wake?.();
  }

  /** Resolves a little after the checkpoint moved beyond `saved` (so that many moves are one write), or at once when the term ends. */
  async moved(saved: number, afterMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.ended.aborted || this.checkpoint > saved) resolve();
    });
    this.#wake = undefined;
    await delay(afterMs, undefined, { signal: this.ended }).catch(() => undefined);
  }
}
