import { AwsError } from '../aws-error.ts';
import type { Clock } from '../ports.ts';
import { archivedWrite } from './archived-event.ts';
import type { Delivery } from './delivery.ts';
import { EventFields } from './event-fields.ts';
import type { FaultSource } from './faults.ts';
import type { Journal, Write } from './journal.ts';
import type { JsonObject } from './json.ts';
import { acceptedWrite, type PendingEvent, pendingEvent } from './pending-event.ts';
import type { Registry } from './registry.ts';

export interface IncomingEvent {
  readonly bus: string;
  /** The envelope as it is delivered, and the same parsed. */
  readonly text: string;
  readonly value: JsonObject;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly occurredAt: number;
}

const MAXIMUM_HOPS = 10;

/** Accepts events: matches them, makes them durable with their deliveries and archive copies, then starts delivering. */
export class Publisher {
  accepted = 0;
  private sequence = 0;

  constructor(
    private readonly parts: { registry: Registry; journal: Journal; clock: Clock; faults: FaultSource; delivery: Delivery },
  ) {}

  /** Call it once, before anything is published. */
  async recover(): Promise<void> {
    const { lastSequence, open } = await this.parts.delivery.readOpen();
    // A recovered delivery can put its event on another bus, so the numbers must be known before the first one starts.
    this.sequence = lastSequence;
    this.parts.delivery.resume(open);
  }

  /**
   * All events and `alsoWrite` become durable together, before it resolves. `onlyRules` (rule ARNs) narrows the targets; an empty
   * list does not.
   */
  async publish(
    events: readonly IncomingEvent[],
    options: { hops?: number; onlyRules?: readonly string[]; alsoWrite?: readonly Write[] } = {},
  ): Promise<void> {
    const { registry, journal, clock, faults, delivery } = this.parts;
    journal.assertWritable();
    const { hops = 0, onlyRules = [], alsoWrite = [] } = options;
    const acceptedAt = clock.now().getTime();
    const writes: Write[] = [...alsoWrite];
    const pending: PendingEvent[] = [];
    for (const { bus, text, value, id, occurredAt } of events) {
      const fields = new EventFields(value);
      const deliveries = registry
        .matchingRules(bus, fields)
        .filter((rule) => onlyRules.length === 0 || onlyRules.includes(rule.arn))
        .flatMap((rule) => [...rule.targets.keys()].map((targetId) => [rule.state.name, targetId] as const));
      if (deliveries.length > 0) {
        const event = pendingEvent(++this.sequence, { bus, text, acceptedAt, hops, deliveries });
        pending.push(event);
        writes.push(acceptedWrite(event));
      }
      // Replayed events are never archived again, or a replay would feed on itself.
      if (Object.hasOwn(value, 'replay-name')) continue;
      for (const archive of registry.matchingArchives(bus, fields)) {
        writes.push(archivedWrite(archive.state.name, { id, text, occurredAt }));
      }
    }
    faults.crashPoint('before-journal');
    await journal.append(writes);
    faults.crashPoint('after-journal');
    this.accepted += events.length;
    for (const event of pending) delivery.start(event);
  }

  /** Puts an event on another bus. Throws NO_RESOURCE for a missing bus, NO_PERMISSIONS for an event that goes round in circles. */
  async forward(busName: string, event: PendingEvent): Promise<void> {
    if (!this.parts.registry.findBus(busName)) throw new AwsError('NO_RESOURCE', `Event bus ${busName} does not exist.`);
    if (event.hops >= MAXIMUM_HOPS) {
      throw new AwsError('NO_PERMISSIONS', `The event has passed ${MAXIMUM_HOPS} buses; look for rules that send it in a circle`);
    }
    const value: JsonObject = JSON.parse(event.text);
    const id = typeof value['id'] === 'string' ? value['id'] : event.key;
    const occurredAt = Date.parse(String(value['time']));
    await this.publish([{ bus: busName, text: event.text, value, id, occurredAt }], { hops: event.hops + 1 });
  }
}
