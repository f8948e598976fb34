import type { EventContracts } from '../../application/event-contract.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import { toDetail } from './envelope.ts';

/** One entry of a PutEvents call, the bus apart. */
export interface BusEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: string;
  readonly time: Date;
  readonly traceHeader?: string;
  /** What the entry counts for against the limits of the bus. */
  readonly bytes: number;
}

/** The bus takes 256 KiB per entry; a payload of at most 240 KiB, which the recorder guards, leaves room for the envelope. */
export const MOST_ENTRY_BYTES = 256 * 1024;
const TIME_BYTES = 14;

/** Throws UnknownContract, and EntryTooLarge when the bus would never take the entry. */
export function entryOf(event: StoredEvent, contracts: EventContracts, mostBytes = MOST_ENTRY_BYTES): BusEntry {
  const { name, producer } = contracts.get(event.eventName);
  const detail = toDetail(event);
  const traceHeader = traceHeaderOf(event.traceparent);
  const bytes =
    TIME_BYTES + Buffer.byteLength(producer) + Buffer.byteLength(name) + Buffer.byteLength(detail) + (traceHeader?.length ?? 0);
  if (bytes > mostBytes) throw new EntryTooLarge(event.eventId, bytes, mostBytes);
  return {
    source: producer,
    detailType: name,
    detail,
    time: new Date(event.occurredAt),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    bytes,
  };
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{8})([0-9a-f]{24})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The trace in X-Ray's form, the only one the bus accepts; undefined unless the W3C form is valid. */
export function traceHeaderOf(traceparent: string | undefined): string | undefined {
  const parts = TRACEPARENT.exec(traceparent ?? '');
  if (parts === null) return undefined;
  const [, epoch, unique, parent, flags = '00'] = parts;
  return `Root=1-${epoch}-${unique};Parent=${parent};Sampled=${Number.parseInt(flags, 16) & 1}`;
}

/** The recorder refuses larger events, so this one was recorded under another limit: raise the publisher's limit if the bus allows it. */
export class EntryTooLarge extends Error {
  readonly code = 'ENTRY_TOO_LARGE';

  constructor(
    readonly eventId: string,
    readonly bytes: number,
    readonly mostBytes: number,
  ) {
    super(`event ${eventId} makes an entry of ${bytes} bytes, the bus takes ${mostBytes}; it cannot be published`);
    this.name = 'EntryTooLarge';
  }
}
