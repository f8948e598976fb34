import { z } from 'zod';
import type { EventContracts } from '../../application/event-contract.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { StoredEvent } from '../../application/stored-event.ts';

/** The `detail` of a bus entry as JSON. Payload and actor are spliced in as stored; nothing is parsed. */
export function toDetail(event: StoredEvent): string {
  const head = JSON.stringify({
    eventId: event.eventId,
    occurredAt: event.occurredAt,
    aggregateId: event.aggregateId,
    correlationId: event.correlationId,
    causationId: event.causationId,
    userId: event.userId,
    recordedAt: event.recordedAt,
    aggregateType: event.aggregateType,
    streamVersion: event.streamVersion,
    schemaVersion: event.schemaVersion,
    traceparent: event.traceparent,
  });
  return `${head.slice(0, -1)},"actor":${event.actor},"payload":${event.payload}}`;
}

const text = z.string().min(1);
const ordinal = z.int().min(1);
const instant = z.iso.datetime();
const envelope = z.object({
  eventId: z.guid(),
  occurredAt: instant,
  recordedAt: instant,
  aggregateType: text,
  aggregateId: text,
  streamVersion: ordinal,
  schemaVersion: ordinal,
  correlationId: text,
  causationId: text,
  userId: text,
  actor: z.object({ id: text, type: z.enum(['user', 'service', 'system']), role: z.string().exactOptional() }),
  traceparent: z.string().exactOptional(),
  payload: z.unknown(),
});

/**
 * The event of a bus entry in the newest shape of its contract, under the contract's name; `userId` is whom the contract says it is
 * about, or, where the contract does not say it, its producer. Throws MalformedMessage for a broken envelope or a foreign producer, and what the contract throws for its payload.
 */
export function fromDetail(detailType: string, source: string, detail: unknown, contracts: EventContracts): RecordedEvent {
  const { producer, aggregateType } = contracts.get(detailType);
  if (source !== producer) throw new MalformedMessage(`${detailType} comes from ${producer}, this one says ${source}`);
  const parsed = envelope.safeParse(detail);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new MalformedMessage(`the detail of ${detailType} is no envelope (${issues.join('; ')})`);
  }
  if (parsed.data.aggregateType !== aggregateType)
    throw new MalformedMessage(`${detailType} is about ${aggregateType}, this one says ${parsed.data.aggregateType}`);
  const { contract, payload } = contracts.read(detailType, parsed.data.schemaVersion, parsed.data.payload);
  return {
    ...parsed.data,
    eventName: contract.name,
    schemaVersion: contract.schemaVersion,
    userId: contract.about(payload) ?? parsed.data.userId,
    payload,
  };
}

/** A received message is not what the bus delivers. Repeating it cannot help. The text holds no value of the payload. */
export class MalformedMessage extends Error {
  readonly code = 'MALFORMED_MESSAGE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MalformedMessage';
  }
}
