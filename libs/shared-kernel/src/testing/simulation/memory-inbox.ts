import type { RecordedEvent } from '../../domain/recorded-event.ts';
import { Delivery, streamKey, type Remembered } from '../../infrastructure/inbox/event-delivery.ts';
import type { MemoryDatabase } from './memory-database.ts';
import type { MemoryTable, MemoryUnit } from './memory-table.ts';

/** Stands for `inbox/inbox.ts`: two deliveries of one event meet on the key, the second waits for the first and then finds the row. */
export class MemoryInbox {
  readonly rows: MemoryTable<{ readonly subscription: string; readonly eventId: string }>;

  constructor(database: MemoryDatabase) {
    this.rows = database.table('inbox');
  }

  async claim(_unit: MemoryUnit, subscription: string, eventId: string): Promise<boolean> {
    return this.rows.insert(`${subscription} ${eventId}`, { subscription, eventId });
  }

  async has(_unit: MemoryUnit, subscription: string, eventId: string): Promise<boolean> {
    return (await this.rows.get(`${subscription} ${eventId}`)) !== undefined;
  }
}

/** Stands for `inbox/consumed-versions.ts`. */
export class MemoryVersions {
  readonly versions: MemoryTable<{ readonly version: number }>;
  readonly held: MemoryTable<{ readonly subscription: string; readonly event: RecordedEvent }>;

  constructor(database: MemoryDatabase) {
    this.versions = database.table('consumed-versions');
    this.held = database.table('held-messages');
  }

  async place(
    _unit: MemoryUnit,
    subscription: string,
    event: RecordedEvent,
    order: 'latest' | 'strict',
  ): Promise<'next' | 'outdated' | 'held'> {
    const key = keyOf(subscription, event);
    const applied = (await this.versions.lock(key))?.version ?? 0;
    if (event.streamVersion <= applied) return 'outdated';
    if (order === 'strict' && event.streamVersion > applied + 1) {
      this.held.set(`${key} ${event.streamVersion}`, { subscription, event });
      return 'held';
    }
    this.versions.set(key, { version: event.streamVersion });
    return 'next';
  }

  async release(_unit: MemoryUnit, subscription: string, event: RecordedEvent): Promise<RecordedEvent | undefined> {
    const key = keyOf(subscription, event);
    const held = await this.held.get(`${key} ${event.streamVersion + 1}`);
    if (held === undefined) return undefined;
    this.held.unset(`${key} ${event.streamVersion + 1}`);
    this.versions.set(key, { version: held.event.streamVersion });
    return held.event;
  }
}

/** The kernel's own delivery; a handler that hangs is found by the scheduler, which sees the system never come to rest. */
export class MemoryDelivery extends Delivery<MemoryUnit> {
  constructor(
    database: MemoryDatabase,
    protected override readonly remembered: Remembered<MemoryUnit>,
  ) {
    super(database, Infinity);
  }
}

function keyOf(subscription: string, event: RecordedEvent): string {
  return `${subscription} ${streamKey(event)}`;
}
