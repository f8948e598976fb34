import type { ParkedMessage, Parking } from '../../infrastructure/inbox/parking-lot.ts';
import { errorLine } from '../../infrastructure/logging/safe-text.ts';
import type { MemoryDatabase } from './memory-database.ts';
import type { MemoryTable, MemoryUnit } from './memory-table.ts';

export interface ParkedStream {
  readonly subscription: string;
  readonly stream: string;
  readonly messages: readonly (ParkedMessage & { readonly error: string | null })[];
}

/** Stands for `inbox/parking-lot.ts`: the messages of a stream whose first one failed, in their order. */
export class MemoryParkingLot implements Parking<MemoryUnit> {
  readonly streams: MemoryTable<ParkedStream>;

  constructor(database: MemoryDatabase) {
    this.streams = database.table('parked-streams');
  }

  async park(_unit: MemoryUnit, subscription: string, stream: string, failed: ParkedMessage, error: unknown): Promise<void> {
    await this.streams.update(key(subscription, stream), (parked) => {
      return { subscription, stream, messages: joined(parked, { ...failed, error: errorLine(error) }) };
    });
  }

  async joinQueue(_unit: MemoryUnit, subscription: string, stream: string, waiting: ParkedMessage): Promise<boolean> {
    const parked = await this.streams.hold(key(subscription, stream));
    if (parked === undefined) return false;
    this.streams.set(key(subscription, stream), { ...parked, messages: joined(parked, { ...waiting, error: null }) });
    return true;
  }

  async parkedStreams(subscription: string): Promise<Set<string>> {
    const rows = await this.streams.rows();
    return new Set(rows.filter((row) => row.subscription === subscription).map(({ stream }) => stream));
  }
}

function key(subscription: string, stream: string): string {
  return `${subscription} ${stream}`;
}

function joined(parked: ParkedStream | undefined, message: ParkedStream['messages'][number]): ParkedStream['messages'] {
  const messages = parked?.messages ?? [];
  return messages.some(({ eventId }) => eventId === message.eventId) ? messages : [...messages, message];
}
