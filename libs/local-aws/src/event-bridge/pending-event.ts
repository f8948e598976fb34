import type { Write } from './journal.ts';

/** An accepted event with the deliveries it still owes. */
export interface PendingEvent {
  readonly key: string;
  readonly bus: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** Buses it has passed on its way here. */
  readonly hops: number;
  readonly deliveries: PendingDelivery[];
  open: number;
}

export interface PendingDelivery {
  readonly event: PendingEvent;
  readonly key: string;
  readonly rule: string;
  readonly targetId: string;
  attempts: number;
  /** Milliseconds since 1970. */
  dueAt: number;
  /** Whether the store holds an entry of its own for it. */
  noted: boolean;
}

interface StoredEvent {
  readonly bus: string;
  readonly text: string;
  readonly acceptedAt: number;
  readonly hops: number;
  readonly deliveries: ReadonlyArray<readonly [rule: string, targetId: string]>;
}

interface StoredProgress {
  readonly attempts: number;
  /** Absent when the delivery is finished. */
  readonly dueAt?: number;
}

export const JOURNAL_PREFIX = 'journal/';
export const PROGRESS_PREFIX = 'progress/';

export function pendingEvent(sequence: number, stored: StoredEvent): PendingEvent {
  const digits = String(sequence).padStart(16, '0');
  const event: PendingEvent = {
    key: JOURNAL_PREFIX + digits,
    bus: stored.bus,
    text: stored.text,
    acceptedAt: stored.acceptedAt,
    hops: stored.hops,
    deliveries: [],
    open: stored.deliveries.length,
  };
  for (const [index, [rule, targetId]] of stored.deliveries.entries()) {
    const key = `${PROGRESS_PREFIX}${digits}/${index}`;
    event.deliveries.push({ event, key, rule, targetId, attempts: 0, dueAt: 0, noted: false });
  }
  return event;
}

export function acceptedWrite({ key, bus, text, acceptedAt, hops, deliveries }: PendingEvent): Write {
  const stored: StoredEvent = {
    bus,
    text,
    acceptedAt,
    hops,
    deliveries: deliveries.map(({ rule, targetId }) => [rule, targetId]),
  };
  return { put: key, value: JSON.stringify(stored) };
}

export function retryWrite(delivery: PendingDelivery): Write {
  delivery.noted = true;
  const progress: StoredProgress = { attempts: delivery.attempts, dueAt: delivery.dueAt };
  return { put: delivery.key, value: JSON.stringify(progress) };
}

/** The last finished delivery takes the event and all progress with it. */
export function finishedWrites(delivery: PendingDelivery): Write[] {
  const { event } = delivery;
  event.open -= 1;
  if (event.open === 0) {
    return [{ del: event.key }, ...event.deliveries.filter(({ noted }) => noted).map(({ key }) => ({ del: key }))];
  }
  delivery.noted = true;
  const progress: StoredProgress = { attempts: delivery.attempts };
  return [{ put: delivery.key, value: JSON.stringify(progress) }];
}

/** The deliveries of a stored event that were still open when the process ended. */
export function openDeliveries(journalKey: string, value: string, progress: ReadonlyMap<string, string>): PendingDelivery[] {
  const event = pendingEvent(Number(journalKey.slice(JOURNAL_PREFIX.length)), JSON.parse(value));
  const open = event.deliveries.filter((delivery) => {
    const noted = progress.get(delivery.key);
    if (noted === undefined) return true;
    const { attempts, dueAt }: StoredProgress = JSON.parse(noted);
    delivery.noted = true;
    delivery.attempts = attempts;
    delivery.dueAt = dueAt ?? 0;
    return dueAt !== undefined;
  });
  event.open = open.length;
  return open;
}
