import { crashpoint } from '../../application/crashpoint.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import type { PublishOutcome } from '../../application/integration-event-publisher.ts';
import { errorLine } from '../logging/safe-text.ts';
import type { BusEntry } from './bus-entry.ts';
import { Fifo } from './fifo.ts';
import type { PutEvents } from './put-events.ts';

export interface SenderLimits {
  readonly callsInFlight: number;
  readonly entriesPerCall: number;
  readonly bytesPerCall: number;
  /** Failures in a row after which what waits in a stream is given up. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

export const SENDER_LIMITS: SenderLimits = {
  callsInFlight: 16,
  entriesPerCall: 10,
  bytesPerCall: 1024 * 1024,
  attempts: Number.POSITIVE_INFINITY,
  baseMs: 50,
  capMs: 10_000,
};

export interface SenderStats {
  calls: number;
  failedCalls: number;
  entries: number;
  accepted: number;
  lastError: string | undefined;
  /** The last call got no answer. */
  failing: boolean;
}

interface Waiting<T> {
  readonly entry: BusEntry;
  readonly tag: T;
}

interface Lane<T> {
  readonly stream: string;
  readonly waiting: Fifo<Waiting<T>>;
  failures: number;
}

interface Share<T> {
  readonly lane: Lane<T>;
  readonly count: number;
}

/** Part of the entries that may be sent twice because an earlier one of their stream failed in the same call. */
const TOLERATED_WASTE = 0.05;
/** Weight of one entry in the running failure rate: it remembers about fifty. */
const RATE_WEIGHT = 0.02;

/**
 * Sends entries in as few calls as it can, several at a time. A stream is in one call at most; its waiting entries share the call in
 * order. When an entry fails, it and all later ones of its stream in that call are sent again, in order, before anything newer: what the
 * bus accepts of a stream always ends in order. Other streams go on meanwhile.
 */
export class OrderedSender<T> {
  readonly stats: SenderStats = { calls: 0, failedCalls: 0, entries: 0, accepted: 0, lastError: undefined, failing: false };
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #ready = new Fifo<Lane<T>>();
  readonly #backoffs = new Set<NodeJS.Timeout>();
  readonly #inFlight = new Set<Promise<void>>();
  #planned = false;
  #closed = false;
  #failureRate = 0;

  /** `settled` is called once per entry: accepted, or given up after `attempts`. */
  constructor(
    private readonly put: PutEvents,
    private readonly limits: SenderLimits,
    private readonly settled: (tag: T, outcome: PublishOutcome) => void,
  ) {}

  /** Entries added in one turn of the event loop are packed together. */
  add(stream: string, entry: BusEntry, tag: T): void {
    let lane = this.#lanes.get(stream);
    if (lane === undefined) {
      lane = { stream, waiting: new Fifo(), failures: 0 };
      this.#lanes.set(stream, lane);
      this.#becomeReady(lane);
    }
    lane.waiting.push({ entry, tag });
  }

  /** Starts no more calls; resolves when those under way have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const backoff of this.#backoffs) clearTimeout(backoff);
    await Promise.all(this.#inFlight);
  }

  #becomeReady(lane: Lane<T>): void {
    this.#ready.push(lane);
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#startCalls();
    });
  }

  #startCalls(): void {
    while (!this.#closed && this.#ready.length > 0 && this.#inFlight.size < this.limits.callsInFlight) {
      const call = this.#send(this.#pack()).finally(() => {
        this.#inFlight.delete(call);
        this.#startCalls();
      });
      this.#inFlight.add(call);
    }
  }

  #pack(): Share<T>[] {
    const shares: Share<T>[] = [];
    const mostOfStream = this.#mostOfStream();
    let room = this.limits.entriesPerCall;
    let bytes = 0;
    for (let lane = this.#ready.at(0); lane !== undefined && room > 0; lane = this.#ready.at(0)) {
      let count = 0;
      while (count < Math.min(mostOfStream, room)) {
        const next = lane.waiting.at(count);
        const first = bytes === 0;
        if (next === undefined || (!first && bytes + next.entry.bytes > this.limits.bytesPerCall)) break;
        bytes += next.entry.bytes;
        count++;
      }
      if (count === 0) break;
      room -= count;
      this.#ready.shift();
      shares.push({ lane, count });
    }
    return shares;
  }

  /** A bus that refuses many entries gets few of a stream at once: whatever follows a refused one was sent in vain. */
  #mostOfStream(): number {
    if (this.#failureRate === 0) return this.limits.entriesPerCall;
    return Math.min(this.limits.entriesPerCall, 1 + Math.floor((2 * TOLERATED_WASTE) / this.#failureRate));
  }

  async #send(shares: readonly Share<T>[]): Promise<void> {
    const entries = shares.flatMap(({ lane, count }) =>
      Array.from({ length: count }, (_, index) => lane.waiting.at(index)?.entry).filter((entry) => entry !== undefined),
    );
    this.stats.calls++;
    this.stats.entries += entries.length;
    const outcomes = await this.#outcomes(entries);
    crashpoint('publish.after-put');
    const refused: Lane<T>[] = [];
    let next = 0;
    for (const { lane, count } of shares) {
      if (!this.#conclude(lane, outcomes.slice(next, next + count))) refused.push(lane);
      next += count;
    }
    if (refused.length > 0) crashpoint('publish.partial');
    if (refused.length > 0 && !this.#closed) this.#sendAgain(refused);
  }

  async #outcomes(entries: readonly BusEntry[]): Promise<readonly PublishOutcome[]> {
    try {
      const outcomes = await this.put(entries);
      this.stats.failing = false;
      for (const { accepted } of outcomes) this.#failureRate += RATE_WEIGHT * ((accepted ? 0 : 1) - this.#failureRate);
      return outcomes;
    } catch (error) {
      this.stats.failedCalls++;
      this.stats.failing = true;
      const refused: PublishOutcome = { accepted: false, code: 'CALL_FAILED', message: errorLine(error) };
      return entries.map(() => refused);
    }
  }

  /** False: the lane has to be sent again, from its first refused entry on. */
  #conclude(lane: Lane<T>, outcomes: readonly PublishOutcome[]): boolean {
    for (const outcome of outcomes) {
      if (!outcome.accepted) {
        this.stats.lastError = `${outcome.code}: ${outcome.message}`;
        if (++lane.failures < this.limits.attempts) return false;
        while (lane.waiting.length > 0) this.#settleFirst(lane, outcome);
        break;
      }
      lane.failures = 0;
      this.stats.accepted++;
      this.#settleFirst(lane, outcome);
    }
    if (lane.waiting.length > 0) this.#becomeReady(lane);
    else this.#lanes.delete(lane.stream);
    return true;
  }

  /** After one common delay, so that what failed in one call is packed into one call again. */
  #sendAgain(lanes: readonly Lane<T>[]): void {
    const failures = Math.min(...lanes.map((lane) => lane.failures));
    const backoff = setTimeout(
      () => {
        this.#backoffs.delete(backoff);
        for (const lane of lanes) this.#becomeReady(lane);
      },
      fullJitter(failures, this.limits.baseMs, this.limits.capMs),
    );
    this.#backoffs.add(backoff);
  }

  #settleFirst(lane: Lane<T>, outcome: PublishOutcome): void {
    const first = lane.waiting.at(0);
    lane.waiting.shift();
    if (first !== undefined) this.settled(first.tag, outcome);
  }
}
