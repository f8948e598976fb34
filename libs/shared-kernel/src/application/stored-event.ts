import type { RecordedEvent } from '../domain/recorded-event.ts';

/** An event as the log keeps it: `payload` and `actor` are the JSON texts that the hash covers. */
export interface StoredEvent extends Omit<RecordedEvent, 'payload' | 'actor'> {
  readonly payload: string;
  readonly actor: string;
}
