import type { MessageAttributes } from './message-attributes.ts';

/** What never changes about a message, as stored. */
export interface Message {
  id: string;
  body: string;
  md5: string;
  attributes: MessageAttributes;
  sentAt: number;
  group?: string;
  deduplicationId?: string;
  sequence: number;
  traceHeader?: string;
}

/** What changes with every receive, as stored beside the message. Times are milliseconds since the epoch. */
export interface Delivery {
  visibleAt: number;
  received: number;
  firstReceivedAt?: number;
}

/** A message as the queue keeps it in memory: everything but its content. */
export interface Entry extends Delivery {
  readonly sequence: number;
  readonly sentAt: number;
  readonly group?: string;
  /** Received and not yet due again, as opposed to delayed. */
  inFlight: boolean;
}
