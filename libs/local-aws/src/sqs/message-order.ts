import type { Entry } from './message.ts';

/** Decides which messages of a queue may be received next. */
export interface MessageOrder {
  /** Puts an entry where its visibleAt belongs, a new one as well as one whose visibleAt changed. */
  place(entry: Entry, now: number): void;
  /** Up to `max` visible entries; the caller changes and places, or removes, each of them in the same turn of the event loop. */
  take(max: number, now: number): Entry[];
  remove(entry: Entry): void;
  /** When the next hidden entry becomes visible; Infinity when none is hidden. */
  nextDue(now: number): number;
}
