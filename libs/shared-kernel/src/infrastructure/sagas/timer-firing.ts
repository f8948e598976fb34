import type { PoolClient } from 'pg';
import type { Clock } from '../../application/clock.ts';
import { crashpoint } from '../../application/crashpoint.ts';
import type { SagaDefinition } from '../../application/saga.ts';
import type { Database } from '../database/database.ts';
import { errorLine } from '../logging/safe-text.ts';
import { inTransaction } from './in-transaction.ts';
import { interpret, type Effects, type SagaInstance } from './interpret.ts';
import { sagaStore, type ParkedTimer, type SagaWrite } from './saga-store.ts';

const BATCH = 100;

/** The statistics of a table that fills and empties all day are never right, and a wrong plan reads all of it for each batch. */
const INDEXES_ONLY = 'SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off';

interface DueTimer extends SagaInstance {
  readonly name: string;
  readonly due_at: Date;
}

interface TimerFiringOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly sagas: ReadonlyMap<string, SagaDefinition>;
  readonly timeScale: number;
  readonly moved: (effects: Effects) => void;
}

/**
 * Fires due timers. Claim, transitions and everything they answer are one transaction for a whole batch, so a timer has its effect once,
 * however many replicas look for it; one that died in the middle claimed nothing.
 */
export class TimerFiring {
  constructor(private readonly options: TimerFiringOptions) {}

  /** Answers how many timers were taken, at most a batch. Timers of a saga that somebody else is moving are left for the next call. */
  async fireBatch(): Promise<number> {
    const { database, clock, sagas, timeScale, moved } = this.options;
    const now = clock.now();
    const { taken, writes } = await inTransaction(database, INDEXES_ONLY, async (client) => {
      const timers = await claim(client, now, [...sagas.keys()]);
      const batch = new Batch(sagas, now, timeScale);
      for (const timer of timers) batch.fire(timer);
      if (timers.length > 0) crashpoint('saga.after-claim');
      await sagaStore.update(client, batch.writes, now, batch.parked);
      return { taken: timers.length, writes: batch.writes };
    });
    if (taken > 0) crashpoint('saga.after-commit');
    for (const { effects } of writes) moved(effects);
    return taken;
  }

  /** Until nothing is due; answers how many were fired. */
  async fireDue(): Promise<number> {
    let fired = 0;
    for (let taken = await this.fireBatch(); taken > 0; taken = await this.fireBatch()) fired += taken;
    return fired;
  }

  async nextDue(): Promise<Date | undefined> {
    const { rows } = await this.options.database.query<{ due_at: Date }>({
      name: 'saga-timers-next',
      text: 'SELECT due_at FROM saga_timers WHERE error IS NULL ORDER BY due_at LIMIT 1',
    });
    return rows[0]?.due_at;
  }
}

/** The timers of one transaction, in the order in which they were due. */
class Batch {
  readonly writes: SagaWrite[] = [];
  readonly parked: ParkedTimer[] = [];
  readonly #moved = new Map<string, SagaInstance>();
  readonly #replaced = new Set<string>();

  constructor(
    private readonly sagas: ReadonlyMap<string, SagaDefinition>,
    private readonly now: Date,
    private readonly timeScale: number,
  ) {}

  /** A transition that throws parks its own timer only: transitions have no effects that would have to be undone. */
  fire(timer: DueTimer): void {
    const { saga, key, name, due_at: dueAt } = timer;
    const definition = this.sagas.get(saga);
    const place = `${saga}\0${key}`;
    if (definition === undefined || this.#replaced.has(`${place}\0${name}`)) return;
    try {
      const input = { kind: 'timer', name, dueAt: dueAt.toISOString() } as const;
      const effects = interpret(definition, this.#moved.get(place) ?? timer, input, this.now, this.timeScale);
      if (effects === undefined) return;
      this.writes.push({ effects, causationId: `timer:${saga}/${key}/${name}` });
      this.#moved.set(place, effects.instance);
      for (const other of [...effects.cancelled, ...effects.set.map((set) => set.name)]) this.#replaced.add(`${place}\0${other}`);
    } catch (error) {
      this.parked.push({ saga, key, name, dueAt, error: errorLine(error) });
    }
  }
}

/**
 * Whoever holds a saga's row is the only one to touch its timers, so nobody ever waits for a timer's row. A timer that was cancelled or
 * replaced while this statement came to hold its saga is no longer in its place; servers that do not compare a moved row's place again
 * judge it by its new time, in a CASE because no index shall answer that.
 */
async function claim(client: PoolClient, now: Date, sagas: readonly string[]): Promise<DueTimer[]> {
  const { rows } = await client.query<DueTimer>({
    name: 'saga-timers-claim',
    text: `WITH due AS MATERIALIZED (
             SELECT timer.place, timer.name, instance.*
             FROM (SELECT ctid AS place, saga, key, name, due_at FROM saga_timers
                   WHERE due_at <= $1 AND error IS NULL AND saga = ANY($2::text[]) ORDER BY due_at LIMIT ${4 * BATCH}) timer
             CROSS JOIN LATERAL (
               SELECT saga, key, status, state, step FROM sagas
               WHERE saga = timer.saga AND key = timer.key FOR NO KEY UPDATE SKIP LOCKED) instance
             ORDER BY timer.due_at LIMIT ${BATCH})
           DELETE FROM saga_timers timer USING due
           WHERE timer.ctid = due.place AND CASE WHEN timer.error IS NULL THEN timer.due_at <= $1 END
           RETURNING due.saga, due.key, due.name, timer.due_at, due.status, due.state, due.step`,
    values: [now, sagas],
  });
  return rows.toSorted((a, b) => a.due_at.getTime() - b.due_at.getTime());
}
