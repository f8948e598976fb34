import type { StreamName } from '../../application/event-store.ts';
import { NO_STREAM, type StreamPosition } from '../../domain/stream-position.ts';
import type { ChainedEvent } from '../../infrastructure/domain-events/event-recorder.ts';
import {
  EventSourcedRepository,
  type EventSourced,
  type EventSourcedClass,
} from '../../infrastructure/event-store/event-sourced.repository.ts';
import { StreamRelay } from '../../infrastructure/event-store/event-store.relay.ts';
import { EventStoreService } from '../../infrastructure/event-store/event-store.service.ts';
import { streamKey } from '../../infrastructure/inbox/event-delivery.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import type { Faults } from './faults.ts';
import type { MemoryDatabase } from './memory-database.ts';
import type { MemoryTable } from './memory-table.ts';
import type { SimulatedEventTable } from './simulated-event-table.ts';
import type { Volatile } from './volatile.ts';

interface Conditions {
  readonly random: SeededRandom;
  readonly faults: Faults;
}

/** As long as a lost race is waited out at most. */
const PAUSE_MS = 500;

/**
 * The event store of one simulated service, with its relay: the code of both is the real one, over a table in memory whose every access takes its
 * turn. What the table has taken stays, whatever becomes of a transaction around the call.
 */
export class SimulatedEventStore {
  readonly table: SimulatedEventTable;
  readonly service: EventStoreService;
  readonly relay: SimulatedRelay;
  #random: SeededRandom | undefined;

  /** A test of the simulation plants its bugs in a `relay` of its own. */
  constructor(
    private readonly database: MemoryDatabase,
    Relay: typeof SimulatedRelay = SimulatedRelay,
  ) {
    const { contracts, clock, newId } = database;
    this.table = database.events();
    this.service = new EventStoreService(this.table, contracts, clock, { shards: 1, random: () => 0, newId });
    this.relay = new Relay(this, database);
  }

  begin({ random, faults }: Conditions): void {
    this.#random = random.fork('event store');
    this.table.begin(this.#random, faults);
  }

  /** The real repository. What it remembers is gone with its process. */
  repository<State extends object, A extends EventSourced<State>>(
    aggregateClass: EventSourcedClass<State, A>,
  ): Volatile<EventSourcedRepository<State, A>> {
    const pause = async (): Promise<void> => {
      const { scheduler, owner } = this.database;
      await scheduler.sleep(owner, `${aggregateClass.AGGREGATE_TYPE} lost a race`, 1 + (this.#random?.int(PAUSE_MS) ?? 0));
    };
    return this.database.volatile(() => new EventSourcedRepository<State, A>(this.service, aggregateClass, { pause }));
  }
}

/** The relay into the log of a MemoryDatabase. It looks when the index has learnt of a mark, and not again and again. */
export class SimulatedRelay extends StreamRelay {
  readonly #copied: MemoryTable<StreamPosition>;

  constructor(
    protected readonly eventStore: Pick<SimulatedEventStore, 'service' | 'table'>,
    private readonly database: MemoryDatabase,
  ) {
    const signal = {
      heard: () => eventStore.table.marks,
      next: (_name: string, heard: number) => eventStore.table.markedSince(heard),
    };
    super(eventStore.service, signal, { name: `${database.owner}.relay`, sweepEveryMs: Infinity });
    this.#copied = database.table('copied-streams');
  }

  protected override async copiedTo(stream: StreamName): Promise<StreamPosition> {
    return (await this.#copied.get(streamKey(stream))) ?? NO_STREAM;
  }

  protected override async insert(batches: readonly (readonly ChainedEvent[])[]): Promise<number> {
    return this.database.run(async () => {
      const events = batches.flat();
      const [first, last] = [events[0], events.at(-1)];
      if (first === undefined || last === undefined) return 0;
      const copied = (await this.#copied.lock(streamKey(first)))?.version ?? 0;
      const missing = events.filter(({ streamVersion }) => streamVersion > copied);
      (await this.database.client()).events.push(...missing);
      const { streamVersion: version, hash, recordedAt } = last;
      if (version > copied) this.#copied.set(streamKey(first), { version, hash, recordedAt });
      return missing.length;
    });
  }
}
