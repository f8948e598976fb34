import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../../application/clock.ts';
import type { EventContracts } from '../../application/event-contract.ts';
import { messageContext } from '../../application/message-context.ts';
import type { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { DomainError } from '../../domain/domain.error.ts';
import type { StreamPosition } from '../../domain/stream-position.ts';
import { chainHash } from './hash-chain.ts';
import type { StoredEvent } from '../../application/stored-event.ts';

/** A bus entry has room for this much detail; the rest of the 256 KiB is envelope. Larger events are refused before they are recorded. */
export const MOST_PAYLOAD_BYTES = 240 * 1024;

export interface ChainedEvent extends StoredEvent {
  readonly prevHash: string;
  readonly hash: string;
}

export interface Recording {
  readonly events: readonly ChainedEvent[];
  readonly position: StreamPosition;
}

/** Stamps metadata on what an aggregate recorded: the one place where ids, times, actor, correlation and hashes come from. */
export class EventRecorder {
  constructor(
    private readonly contracts: EventContracts,
    private readonly clock: Clock,
    private readonly newId: () => string = () => uuidv7(),
  ) {}

  /**
   * Continues the chain from `from`. `subject` is whom events are about whose contracts do not say it. Throws SubjectUnknown without one, and what the contract throws for a payload that breaks it, EventTooLarge, NoMessageContext, and an
   * Error for an event whose contract names another aggregate: every consumer would refuse it.
   */
  record(
    aggregateType: string,
    aggregateId: string,
    from: StreamPosition,
    events: readonly BaseDomainEvent[],
    subject?: string,
  ): Recording {
    const context = messageContext();
    const actor = JSON.stringify(context.actor);
    const occurredAt = this.clock.now().toISOString();
    const recordedAt = occurredAt > from.recordedAt ? occurredAt : from.recordedAt;
    let { version, hash } = from;
    const chained = events.map((event) => {
      const contract = this.contracts.get(event.eventName);
      if (contract.aggregateType !== aggregateType)
        throw new Error(`${event.eventName} belongs to ${contract.aggregateType}, not to ${aggregateType}`);
      const payload = contract.parse(event.payload);
      const text = JSON.stringify(payload);
      const bytes = Buffer.byteLength(text);
      if (bytes > MOST_PAYLOAD_BYTES) throw new EventTooLarge(event.eventName, bytes);
      const stored: StoredEvent = {
        eventId: this.newId(),
        eventName: contract.name,
        schemaVersion: contract.schemaVersion,
        aggregateType,
        aggregateId,
        streamVersion: ++version,
        occurredAt,
        recordedAt,
        correlationId: context.correlationId,
        causationId: context.messageId,
        userId: contract.about(payload) ?? refuseUnknownSubject(subject, contract.name),
        actor,
        ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
        payload: text,
      };
      const prevHash = hash;
      hash = chainHash(prevHash, stored);
      return { ...stored, prevHash, hash };
    });
    return { events: chained, position: { version, hash, recordedAt } };
  }
}

function refuseUnknownSubject(subject: string | undefined, eventName: string): string {
  if (subject === undefined || subject === '') throw new SubjectUnknown(eventName);
  return subject;
}

/** Neither the payload of the event nor the aggregate that records it names the user it is about. */
export class SubjectUnknown extends Error {
  readonly code = 'SUBJECT_UNKNOWN';

  constructor(readonly eventName: string) {
    super(`nobody says whom ${eventName} is about: give its contract an \`about\`, or its aggregate a \`subject\``);
    this.name = 'SubjectUnknown';
  }
}

export class EventTooLarge extends DomainError {
  readonly code = 'EVENT_TOO_LARGE';

  constructor(
    readonly eventName: string,
    readonly bytes: number,
  ) {
    super(
      `${eventName} has ${bytes} bytes of payload, the bus takes ${MOST_PAYLOAD_BYTES}; shorten the free text or store it elsewhere`,
    );
  }
}
