import type { Clock } from '../ports.ts';
import { type ArchivedEvent, archivedEvent, archivedKey, archivedPrefix } from './archived-event.ts';
import type { Journal } from './journal.ts';
import type { Registry } from './registry.ts';
import type { ArchiveState } from './state.ts';

const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;
const DELETE_AT_ONCE = 500;

/** The events of all archives. What has passed its retention is not read any more and is deleted within the hour. */
export class ArchiveStorage {
  private cancelTimer: (() => void) | undefined;

  constructor(private readonly parts: { registry: Registry; journal: Journal; clock: Clock }) {}

  async start(): Promise<void> {
    for (const { state } of this.parts.registry.listArchives()) {
      await this.deleteRange(archivedPrefix(state.name), archivedKey(state.name, this.oldestKept(state)));
    }
    this.cancelTimer = this.parts.clock.setTimer(PRUNE_EVERY_MS, () => void this.start().catch(() => undefined));
  }

  stop(): void {
    this.cancelTimer?.();
  }

  /** The next events from `cursor` (inclusive; '' for the start) up to the time `to`, in order of time. */
  async page(
    archive: ArchiveState,
    from: number,
    to: number,
    cursor: string,
    size: number,
  ): Promise<{ events: ArchivedEvent[]; next?: string }> {
    const first = archivedKey(archive.name, Math.max(from, this.oldestKept(archive)));
    const events: ArchivedEvent[] = [];
    const last = archivedKey(archive.name, to + 1);
    for await (const [key, text] of this.parts.journal.range(cursor > first ? cursor : first, last, size + 1)) {
      if (events.length === size) return { events, next: key };
      events.push(archivedEvent(key, text));
    }
    return { events };
  }

  async size(archive: ArchiveState): Promise<{ EventCount: number; SizeBytes: number }> {
    let EventCount = 0;
    let SizeBytes = 0;
    const first = archivedKey(archive.name, this.oldestKept(archive));
    for await (const [, text] of this.parts.journal.range(first, archivedKey(archive.name, Number.MAX_SAFE_INTEGER))) {
      EventCount += 1;
      SizeBytes += Buffer.byteLength(text);
    }
    return { EventCount, SizeBytes };
  }

  deleteAll(archive: string): Promise<void> {
    return this.deleteRange(archivedPrefix(archive), archivedKey(archive, Number.MAX_SAFE_INTEGER));
  }

  private async deleteRange(from: string, to: string): Promise<void> {
    for (;;) {
      const keys: string[] = [];
      for await (const [key] of this.parts.journal.range(from, to, DELETE_AT_ONCE)) keys.push(key);
      if (keys.length === 0) return;
      await this.parts.journal.append(keys.map((del) => ({ del })));
    }
  }

  private oldestKept({ retentionDays }: ArchiveState): number {
    return retentionDays === 0 ? 0 : this.parts.clock.now().getTime() - retentionDays * DAY_MS;
  }
}
