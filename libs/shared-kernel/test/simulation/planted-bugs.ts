import type { RecordedEvent } from '../../src/domain/recorded-event.ts';
import type { SagaInstance } from '../../src/infrastructure/sagas/interpret.ts';
import {
  MemoryInbox,
  MemoryParkingLot,
  MemorySagas,
  MemoryVersions,
  type MemoryDatabase,
  type MemoryUnit,
  type Plant,
} from '../../src/testing/index.ts';

const FIVE_MINUTES = 5 * 60_000;

/** Rows are kept five minutes. */
class ForgetfulInbox extends MemoryInbox {
  readonly #claimedAt = new Map<string, number>();

  constructor(private readonly database: MemoryDatabase) {
    super(database);
  }

  override async claim(unit: MemoryUnit, subscription: string, eventId: string): Promise<boolean> {
    const key = `${subscription} ${eventId}`;
    const { time } = this.database.scheduler.clock;
    const known = !(await super.claim(unit, subscription, eventId));
    if (known && time - (this.#claimedAt.get(key) ?? 0) < FIVE_MINUTES) return false;
    this.#claimedAt.set(key, time);
    return true;
  }
}

/** Get, work, set: looks before the work and writes after it. */
class GetWorkSetInbox extends MemoryInbox {
  override async claim(unit: MemoryUnit, subscription: string, eventId: string): Promise<boolean> {
    if (await this.has(unit, subscription, eventId)) return false;
    this.rows.set(`${subscription} ${eventId}`, { subscription, eventId });
    return true;
  }
}

class SkippingParkingLot extends MemoryParkingLot {
  override async park(): Promise<void> {}
}

class CarelessVersions extends MemoryVersions {
  constructor(
    database: MemoryDatabase,
    private readonly ignored: 'latest' | 'strict',
  ) {
    super(database);
  }

  override async place(
    unit: MemoryUnit,
    subscription: string,
    event: RecordedEvent,
    order: 'latest' | 'strict',
  ): Promise<'next' | 'outdated' | 'held'> {
    return order === this.ignored ? 'next' : super.place(unit, subscription, event, order);
  }
}

/** Timers live in the process: the row is written only once it is due. */
class TimersInMemory extends MemorySagas {
  protected override async apply(...[effects, ...rest]: Parameters<MemorySagas['apply']>): Promise<void> {
    await super.apply(effects, ...rest);
    const { database } = this.options;
    for (const timer of this.timers.seenRows()) {
      if (!effects.set.some(({ name }) => name === timer.name) || timer.key !== effects.instance.key) continue;
      const place = `${timer.saga} ${timer.key} ${timer.name}`;
      this.timers.unset(place);
      const later = timer.dueAt - database.scheduler.clock.time - 1_000;
      const remember = (): void => void database.run(async () => this.timers.set(place, timer));
      database.scheduler.after(database.owner, 'timer in memory', later, remember, { background: true });
    }
  }
}

/** A compensation whose answer was slow is planned once more. */
class RepeatedCompensation extends MemorySagas {
  protected override async markDone(command: Parameters<MemorySagas['markDone']>[0]): Promise<void> {
    await super.markDone(command);
    const instance: SagaInstance | undefined = this.instances.seen(`${command.saga} ${command.key}`);
    if (command.compensates === null || instance === undefined || command.id.endsWith('again')) return;
    this.commands.set(`${command.id} again`, { ...command, id: `${command.id} again`, step: instance.step + 1 });
  }
}

/** Bugs that other systems have shipped, each in a twin of the mechanism that is to prevent it. */
export const plants = {
  'inbox rows kept five minutes': (database) => ({ inbox: new ForgetfulInbox(database) }),
  'get, work, set': (database) => ({ inbox: new GetWorkSetInbox(database) }),
  'poison skipped instead of parked': (database) => ({ parkingLot: new SkippingParkingLot(database) }),
  'latest ignores versions': (database) => ({ versions: new CarelessVersions(database, 'latest') }),
  'strict ignores versions': (database) => ({ versions: new CarelessVersions(database, 'strict') }),
  'timer in memory': (_database, { sagas: { options } }) => ({ sagas: new TimersInMemory(options) }),
  'compensation repeated on retry': (_database, { sagas: { options } }) => ({ sagas: new RepeatedCompensation(options) }),
  'checkpoint before the publishing, a throw swallowed': () => ({
    publish: async ({ term, put }) => {
      while (!term.ended.aborted)
        for (const event of await term.take(10)) {
          term.advance(event.position);
          await put(event).catch(() => undefined);
        }
    },
  }),
} satisfies Readonly<Record<string, Plant>>;
