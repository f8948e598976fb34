import { attributesMd5, selectAttributes } from './message-attributes.ts';
import type { Received } from './queue.ts';
import { receiptHandle } from './receipt-handle.ts';

/** A received message as ReceiveMessage answers it, with the attributes asked for. */
export function receivedMessage(
  queue: string,
  { message, entry }: Received,
  names: { system: readonly string[]; message: readonly string[] },
): object {
  const system: Record<string, string | undefined> = {
    SenderId: '000000000000',
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(entry.received),
    ApproximateFirstReceiveTimestamp: String(entry.firstReceivedAt),
    MessageGroupId: message.group,
    MessageDeduplicationId: message.deduplicationId,
    ...(message.deduplicationId !== undefined && { SequenceNumber: String(message.sequence).padStart(20, '0') }),
    AWSTraceHeader: message.traceHeader,
  };
  const Attributes = Object.fromEntries(
    Object.entries(system).filter(
      ([name, value]) => value !== undefined && (names.system.includes('All') || names.system.includes(name)),
    ),
  );
  const MessageAttributes = selectAttributes(message.attributes, names.message);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle(queue, { sequence: message.sequence, received: entry.received }),
    Body: message.body,
    MD5OfBody: message.md5,
    ...(Object.keys(Attributes).length > 0 && { Attributes }),
    ...(Object.keys(MessageAttributes).length > 0 && {
      MessageAttributes,
      MD5OfMessageAttributes: attributesMd5(MessageAttributes),
    }),
  };
}
