import type { EventContracts } from '../../application/event-contract.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import type { QueueRecord, RecordOutcome } from '../../infrastructure/consumer/queue-record.ts';
import { entryOf } from '../../infrastructure/event-bridge/bus-entry.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import type { Faults } from './faults.ts';
import type { Pending, Scheduler } from './scheduler.ts';

/** Which events a service is sent. The entries of `subscriptions` in `libs/contracts` have this shape. */
export interface Rule {
  readonly event: { readonly name: string };
  /** For each named field of the payload, the values that are let through. */
  readonly filter?: Readonly<Record<string, readonly (string | number | boolean)[] | undefined>> | undefined;
}

/** Whoever takes messages from a queue. */
export interface Receiver {
  readonly name: string;
  /** Undefined: it is down or busy, the message stays. */
  receive(record: QueueRecord): Promise<RecordOutcome> | undefined;
}

export class BusRefused extends Error {
  readonly code = 'BUS_REFUSED';

  constructor(readonly reason: 'throttled' | 'reply lost') {
    super(`the bus did not answer: ${reason}`);
    this.name = 'BusRefused';
  }
}

interface Message {
  readonly id: string;
  readonly label: string;
  readonly body: string;
  receiveCount: number;
  hidden: Pending | undefined;
}

const VISIBILITY_MS = 10_000;
const BUSY_MS = 200;
const NETWORK = 'network';

/**
 * The bus and the queue of each service, as the network leaves them: at least once, in no order. A message that is not done within its
 * visibility is delivered again while the first delivery may still be under way; one that was lost is sent again.
 */
export class SimulatedBus {
  #messages = 0;
  /** Everything that each service was sent, by event id. */
  readonly sent = new Map<string, Map<string, StoredEvent>>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly rules: Readonly<Record<string, readonly Rule[]>>,
    private readonly contracts: EventContracts,
    private readonly receivers: ReadonlyMap<string, Receiver>,
    private readonly faults: Faults,
    private readonly random: SeededRandom,
  ) {}

  /** Returns when the bus has the event. Throws BusRefused; then it may have it all the same. */
  async put(owner: string, event: StoredEvent): Promise<void> {
    await this.scheduler.step(owner, `put ${event.eventName}`);
    if (this.random.chance(this.faults.throttle)) throw new BusRefused('throttled');
    this.route(event);
    await this.scheduler.step(owner, `put ${event.eventName} answered`);
    if (this.random.chance(this.faults.lostReply)) throw new BusRefused('reply lost');
  }

  /** As the bus does it with an event that it has. `alias` is the detail-type under which a producer of old days sent it. */
  route(event: StoredEvent, alias?: string): void {
    const { source, detailType, detail } = entryOf(event, this.contracts);
    const payload: Readonly<Record<string, unknown>> = JSON.parse(event.payload);
    for (const [service, rules] of Object.entries(this.rules)) {
      if (!this.receivers.has(service) || !rules.some((rule) => matches(rule, event.eventName, payload))) continue;
      this.#noteSent(service, event);
      const body = JSON.stringify({ 'detail-type': alias ?? detailType, source, detail: JSON.parse(detail) });
      for (const { delayMs, background } of this.#copies()) this.#send(service, event.eventName, body, delayMs, background);
    }
  }

  #copies(): { readonly delayMs: number; readonly background: boolean }[] {
    const { random, faults } = this;
    const delay = (): number => (random.chance(faults.delay) ? random.int(faults.longestDelayMs) : 0);
    const lost = random.chance(faults.drop) ? VISIBILITY_MS : 0;
    const copies = [{ delayMs: delay() + lost, background: false }];
    while (copies.length < 4 && random.chance(faults.duplicate)) copies.push({ delayMs: delay(), background: false });
    if (random.chance(faults.lateDuplicate)) copies.push({ delayMs: random.int(faults.latestDuplicateMs), background: true });
    return copies;
  }

  #send(service: string, eventName: string, body: string, delayMs: number, background: boolean): void {
    const id = `message-${++this.#messages}`;
    const message: Message = { id, label: `${eventName} to ${service} (${id})`, body, receiveCount: 0, hidden: undefined };
    this.scheduler.after(NETWORK, message.label, delayMs, () => this.#deliver(service, message), { background });
  }

  #deliver(service: string, message: Message): void {
    const record = { messageId: message.id, body: message.body, receiveCount: message.receiveCount + 1 };
    const outcome = this.receivers.get(service)?.receive(record);
    if (outcome === undefined) {
      this.scheduler.after(NETWORK, `${message.label} waits`, BUSY_MS, () => this.#deliver(service, message));
      return;
    }
    message.receiveCount++;
    const again = this.scheduler.after(NETWORK, `${message.label} again`, VISIBILITY_MS, () => this.#deliver(service, message));
    message.hidden = again;
    void outcome.then((done) => {
      if (message.hidden !== again) return;
      this.scheduler.cancel(again);
      if (done !== 'done')
        this.scheduler.after(NETWORK, `${message.label} again`, done.retryAfterMs, () => this.#deliver(service, message));
    });
  }

  #noteSent(service: string, event: StoredEvent): void {
    const sent = this.sent.get(service) ?? new Map<string, StoredEvent>();
    this.sent.set(service, sent.set(event.eventId, event));
  }
}

/** Whether the rule delivers an event with this name and payload. */
export function matches({ event, filter = {} }: Rule, name: string, payload: Readonly<Record<string, unknown>>): boolean {
  if (event.name !== name) return false;
  return Object.entries(filter).every(([field, values]) => values?.some((value) => value === payload[field]) ?? true);
}
