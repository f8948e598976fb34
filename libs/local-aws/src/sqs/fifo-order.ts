import type { Entry } from './message.ts';
import type { MessageOrder } from './message-order.ts';

/** A FIFO queue: strict order within a group, and nothing of a group while one of its messages is in flight. */
export class FifoOrder implements MessageOrder {
  private readonly groups = new Map<string, Entry[]>();
  private readonly placed = new Set<Entry>();

  place(entry: Entry): void {
    if (this.placed.has(entry)) return;
    this.placed.add(entry);
    const group = this.groups.get(entry.group ?? '') ?? [];
    // entries arrive in order and stay in their place while they are in flight
    group.push(entry);
    this.groups.set(entry.group ?? '', group);
  }

  take(max: number, now: number): Entry[] {
    const taken: Entry[] = [];
    const served: string[] = [];
    for (const [name, group] of this.groups) {
      if (taken.length === max) break;
      if (isLocked(group, now)) continue;
      const before = taken.length;
      for (const entry of group) {
        if (taken.length === max || entry.visibleAt > now) break;
        taken.push(entry);
      }
      if (taken.length > before) served.push(name);
    }
    for (const name of served) this.moveToEnd(name);
    return taken;
  }

  remove(entry: Entry): void {
    this.placed.delete(entry);
    const group = this.groups.get(entry.group ?? '');
    const index = group?.indexOf(entry) ?? -1;
    if (group && index >= 0) group.splice(index, 1);
    if (group?.length === 0) this.groups.delete(entry.group ?? '');
  }

  nextDue(now: number): number {
    let due = Infinity;
    for (const group of this.groups.values()) {
      for (const entry of group) if (entry.visibleAt > now) due = Math.min(due, entry.visibleAt);
    }
    return due;
  }

  /** So that a busy group does not starve the others. */
  private moveToEnd(name: string): void {
    const group = this.groups.get(name);
    if (!group) return;
    this.groups.delete(name);
    this.groups.set(name, group);
  }
}

const isLocked = (group: readonly Entry[], now: number): boolean =>
  group.some((entry) => entry.inFlight && entry.visibleAt > now);
