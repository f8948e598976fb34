import type { Entry } from './message.ts';
import type { MessageOrder } from './message-order.ts';

/** A standard queue: first visible, first received, without a promise of order. */
export class StandardOrder implements MessageOrder {
  private readonly ready = new Set<Entry>();
  private readonly hidden = new Set<Entry>();
  private due = Infinity;

  place(entry: Entry, now: number): void {
    this.remove(entry);
    if (entry.visibleAt <= now) {
      this.ready.add(entry);
    } else {
      this.hidden.add(entry);
      this.due = Math.min(this.due, entry.visibleAt);
    }
  }

  take(max: number, now: number): Entry[] {
    if (this.due <= now) this.showDue(now);
    const taken: Entry[] = [];
    for (const entry of this.ready) {
      if (taken.length === max) break;
      taken.push(entry);
    }
    return taken;
  }

  remove(entry: Entry): void {
    this.ready.delete(entry);
    this.hidden.delete(entry);
  }

  nextDue(now: number): number {
    if (this.due <= now) this.showDue(now);
    return this.due;
  }

  private showDue(now: number): void {
    this.due = Infinity;
    for (const entry of this.hidden) {
      if (entry.visibleAt <= now) {
        this.hidden.delete(entry);
        this.ready.add(entry);
      } else {
        this.due = Math.min(this.due, entry.visibleAt);
      }
    }
  }
}
