import { z } from 'zod';
import type { EventContract } from '../../application/event-contract.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { ParkedMessage } from '../inbox/parking-lot.ts';
import { nameIn } from './bus-message.ts';
import { MalformedMessage } from '../event-bridge/envelope.ts';
import type { QueueRecord } from './queue-record.ts';

const schema = z.object({ body: z.string() });

function read(payload: unknown): { body: string } {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw new MalformedMessage('a rejected message has lost its body');
  return parsed.data;
}

/** A message that is no event, in the form of one: so it is parked, shown and redriven like any other. Its body is kept as it came. */
export const RejectedMessage: EventContract<{ body: string }> = {
  name: 'message.rejected',
  producer: 'inbox',
  aggregateType: 'message',
  schemaVersion: 1,
  scope: 'local',
  personal: ['body'],
  about: () => 'unknown',
  parse: read,
  read: (_version, payload) => read(payload),
};

/** Where a service parks what is no event of its consumers. */
export function inboxOf(service: string): string {
  return `${service}.inbox`;
}

export function rejected({ messageId, body }: QueueRecord): ParkedMessage {
  const now = new Date().toISOString();
  const event: RecordedEvent<{ body: string }> = {
    eventId: messageId,
    eventName: RejectedMessage.name,
    schemaVersion: RejectedMessage.schemaVersion,
    aggregateType: RejectedMessage.aggregateType,
    aggregateId: messageId,
    streamVersion: 1,
    occurredAt: now,
    recordedAt: now,
    correlationId: messageId,
    causationId: messageId,
    userId: 'unknown',
    actor: { id: 'system:inbox', type: 'system' },
    payload: { body },
  };
  return { eventId: messageId, eventName: nameIn(body) ?? 'unknown', message: JSON.stringify(event) };
}
