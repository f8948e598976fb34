import { setTimeout as sleep } from 'node:timers/promises';
import type { PublishOutcome } from '../../src/application/integration-event-publisher.ts';
import type { BusEntry } from '../../src/infrastructure/event-bridge/bus-entry.ts';
import type { PutEvents } from '../../src/infrastructure/event-bridge/put-events.ts';

export interface Accepted {
  readonly stream: string;
  readonly version: number;
}

interface Script {
  /** Whether the bus refuses this entry. */
  refuses?: (entry: Accepted) => boolean;
  /** Whether the call fails as a whole: before the bus took anything, or after (the reply is lost). */
  fails?: () => false | 'before' | 'after';
  latencyMs?: number;
  entriesPerCall?: number;
  bytesPerCall?: number;
}

/**
 * A bus that follows a script and checks what it is asked: sizes, no stream in two calls at once, and that every call goes on with a
 * stream exactly behind the last version that was confirmed in order.
 */
export class ScriptedBus {
  readonly accepted: Accepted[] = [];
  readonly calls: number[] = [];
  readonly violations: string[] = [];
  sent = 0;
  mostInFlight = 0;
  readonly #streamsInFlight = new Set<string>();
  readonly #confirmed = new Map<string, number>();
  #inFlight = 0;

  constructor(private readonly script: Script = {}) {}

  readonly put: PutEvents = async (entries) => {
    const { latencyMs = 0, entriesPerCall = 10, bytesPerCall = 1024 * 1024 } = this.script;
    const events = entries.map(eventOf);
    const streams = new Set(events.map(({ stream }) => stream));
    for (const stream of streams) {
      if (this.#streamsInFlight.has(stream)) this.violations.push(`${stream} is in two calls`);
      this.#streamsInFlight.add(stream);
      this.#checkOrder(stream, events);
    }
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    if (entries.length === 0 || entries.length > entriesPerCall) this.violations.push(`${entries.length} entries in a call`);
    if (bytes > bytesPerCall) this.violations.push(`${bytes} bytes in a call`);
    this.calls.push(entries.length);
    this.sent += entries.length;
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    try {
      await sleep(latencyMs);
      const failure = this.script.fails?.() ?? false;
      if (failure === 'before') throw new Error('slow down');
      const outcomes = events.map((event) => this.#take(event));
      if (failure === 'after') throw new Error('connection reset');
      this.#confirm(events, outcomes);
      return outcomes;
    } finally {
      this.#inFlight--;
      for (const stream of streams) this.#streamsInFlight.delete(stream);
    }
  };

  /** Streams whose versions 1..n, each counted at its last acceptance, did not come in order and without a gap. */
  outOfOrder(): string[] {
    return [...this.versions()]
      .filter(([, versions]) => {
        const last = new Map(versions.map((version, index) => [version, index]));
        const order = Array.from({ length: last.size }, (_, index) => last.get(index + 1) ?? -1);
        return order.some((index, at) => index < 0 || (at > 0 && index <= (order[at - 1] ?? 0)));
      })
      .map(([stream]) => stream);
  }

  #checkOrder(stream: string, events: readonly Accepted[]): void {
    const versions = events.filter((event) => event.stream === stream).map(({ version }) => version);
    const first = (this.#confirmed.get(stream) ?? 0) + 1;
    if (versions.some((version, index) => version !== first + index))
      this.violations.push(`${stream} should go on at ${first}, the call has ${versions.join()}`);
  }

  #take(event: Accepted): PublishOutcome {
    if (this.script.refuses?.(event) === true) return { accepted: false, code: 'InternalFailure', message: 'try again' };
    this.accepted.push(event);
    return { accepted: true, busId: 'id' };
  }

  #confirm(events: readonly Accepted[], outcomes: readonly PublishOutcome[]): void {
    const stopped = new Set<string>();
    events.forEach(({ stream, version }, index) => {
      if (outcomes[index]?.accepted !== true) stopped.add(stream);
      else if (!stopped.has(stream)) this.#confirmed.set(stream, version);
    });
  }

  /** Versions of every stream as the bus took them, repetitions included. */
  versions(): Map<string, number[]> {
    const versions = new Map<string, number[]>();
    for (const { stream, version } of this.accepted) versions.set(stream, [...(versions.get(stream) ?? []), version]);
    return versions;
  }
}

function eventOf(entry: BusEntry): Accepted {
  const detail: { aggregateType: string; aggregateId: string; streamVersion: number } = JSON.parse(entry.detail);
  return { stream: `${detail.aggregateType}/${detail.aggregateId}`, version: detail.streamVersion };
}
