import { crashpoint } from '../../application/crashpoint.ts';
import type { PoolClient } from 'pg';
import type { Effects, PlannedCommand, SagaInstance, SagaStatus } from './interpret.ts';
import { planCompensations } from './interpret.ts';
import type { StoredCommand } from './stored-command.ts';
import { StatementBuilder } from './statement-builder.ts';

/** What one step of one saga writes. */
export interface SagaWrite {
  readonly effects: Effects;
  /** Id of the message that caused it. */
  readonly causationId: string;
}

interface SagaOrigin {
  readonly correlationId: string;
  readonly traceparent: string | undefined;
}

/** A timer that could not fire: kept with its error. */
export interface ParkedTimer {
  readonly saga: string;
  readonly key: string;
  readonly name: string;
  readonly dueAt: Date;
  readonly error: string;
}

/** Rows of sagas. Everything but `create` expects that the transaction holds the saga's row. */
export const sagaStore = {
  /** The instance, held until the transaction ends. */
  async lock(client: PoolClient, saga: string, key: string): Promise<SagaInstance | undefined> {
    const { rows } = await client.query<SagaInstance>({
      name: 'saga-lock',
      text: 'SELECT saga, key, status, state, step FROM sagas WHERE saga = $1 AND key = $2 FOR NO KEY UPDATE',
      values: [saga, key],
    });
    return rows[0];
  },

  /** A started instance with its commands and timers, all or nothing. False: another event has just started it. */
  async create(client: PoolClient, { effects, causationId }: SagaWrite, origin: SagaOrigin, now: Date): Promise<boolean> {
    const { instance } = effects;
    const statement = new StatementBuilder('saga-create');
    const at = statement.value(now);
    const row = [instance.saga, instance.key, instance.status, instance.state, instance.step].map((value) =>
      statement.value(value),
    );
    const source = [statement.value(origin.correlationId), statement.value(origin.traceparent ?? null)];
    statement.with(
      'instance',
      `INSERT INTO sagas (saga, key, status, state, step, correlation_id, traceparent, started_at, updated_at)
       VALUES (${[...row, ...source, at, at].join(', ')}) ON CONFLICT DO NOTHING RETURNING saga, key`,
    );
    addCommands(statement, [{ instance, commands: effects.commands, causationId }], now, 'JOIN instance USING (saga, key)');
    addTimers(statement, [effects], [], 'JOIN instance USING (saga, key)');
    const { rowCount } = await client.query(statement.build('SELECT FROM instance'));
    return rowCount === 1;
  },

  /** One statement for any number of sagas; none when nothing changes. Compensations follow one saga at a time. */
  async update(client: PoolClient, writes: readonly SagaWrite[], now: Date, parked: readonly ParkedTimer[] = []): Promise<void> {
    const statement = new StatementBuilder('saga-update');
    const changed = lastOfEachInstance(writes.filter(({ effects }) => effects.changed).map(({ effects }) => effects.instance));
    if (changed.length > 0) {
      const table = statement.table(['text', 'text', 'text', 'text', 'int'], changed, (row) => [
        row.saga,
        row.key,
        row.status,
        row.state,
        row.step,
      ]);
      statement.with(
        'instances',
        `UPDATE sagas SET status = new.status, state = new.state, step = new.step, updated_at = ${statement.value(now)}
         FROM ${table} AS new (saga, key, status, state, step) WHERE sagas.saga = new.saga AND sagas.key = new.key`,
      );
    }
    addCommands(
      statement,
      writes.map(({ effects, causationId }) => ({ instance: effects.instance, commands: effects.commands, causationId })),
      now,
    );
    removeTimers(statement, writes);
    addTimers(
      statement,
      writes.map(({ effects }) => effects),
      parked,
    );
    if (statement.empty) return;
    await client.query(statement.build('SELECT'));
    for (const { effects, causationId } of writes) {
      if (effects.compensate) await sagaStore.compensate(client, effects.instance, causationId, now);
    }
  },

  /**
   * Drops what waits, waits for what is under way, and plans the compensation of every step that was done. The last step is locked first:
   * no further one begins meanwhile.
   */
  async compensate(client: PoolClient, instance: SagaInstance, causationId: string, now: Date): Promise<void> {
    const { rows } = await client.query<{ step: number; status: string; compensation: string | null }>({
      text: `SELECT step, status, compensation FROM saga_commands
             WHERE saga = $1 AND key = $2 AND status IN ('pending', 'parked', 'done') ORDER BY step DESC FOR UPDATE`,
      values: [instance.saga, instance.key],
    });
    const done = rows
      .filter(({ status }) => status === 'done')
      .map(({ step, compensation }) => ({ step, compensation: parseCommand(compensation) }));
    crashpoint('saga.mid-compensate');
    const compensations = planCompensations(instance, done);
    const status: SagaStatus = compensations.length > 0 ? 'compensating' : 'compensated';
    const statement = new StatementBuilder('saga-compensate');
    const at = statement.value(now);
    const [saga, key] = [statement.value(instance.saga), statement.value(instance.key)];
    statement.with(
      'dropped',
      `UPDATE saga_commands SET status = 'cancelled' WHERE saga = ${saga} AND key = ${key} AND status IN ('pending', 'parked')`,
    );
    const [newStatus, step] = [statement.value(status), statement.value(instance.step + compensations.length)];
    statement.with(
      'instances',
      `UPDATE sagas SET status = ${newStatus}, step = ${step}, updated_at = ${at} WHERE saga = ${saga} AND key = ${key}`,
    );
    statement.with('timers', `DELETE FROM saga_timers WHERE saga = ${saga} AND key = ${key}`);
    addCommands(statement, [{ instance, commands: compensations, causationId }], now);
    await client.query(statement.build('SELECT'));
  },
};

function parseCommand(text: string | null): StoredCommand | null {
  if (text === null) return null;
  const command: StoredCommand = JSON.parse(text);
  return command;
}

/** A batch may hold several steps of one instance; the last one has the state of all. */
function lastOfEachInstance(instances: readonly SagaInstance[]): SagaInstance[] {
  return [...new Map(instances.map((instance) => [`${instance.saga}\0${instance.key}`, instance])).values()];
}

interface CommandsOf {
  readonly instance: SagaInstance;
  readonly commands: readonly PlannedCommand[];
  readonly causationId: string;
}

function addCommands(statement: StatementBuilder, writes: readonly CommandsOf[], now: Date, gate = ''): void {
  const rows = writes.flatMap(({ instance, commands, causationId }) =>
    commands.map(({ id, step, compensates, command, compensation }) => [
      id,
      instance.saga,
      instance.key,
      step,
      compensates,
      command.name,
      command.payload,
      compensation === null ? null : JSON.stringify(compensation),
      causationId,
    ]),
  );
  if (rows.length === 0) return;
  const at = `${statement.value(now)}::timestamptz`;
  const types = ['uuid', 'text', 'text', 'int', 'int', 'text', 'text', 'text', 'text'] as const;
  const columns = 'id, saga, key, step, compensates, command, payload, compensation, causation_id';
  statement.with(
    'commands',
    `INSERT INTO saga_commands (${columns}, next_attempt, created_at)
     SELECT ${columns}, ${at}, ${at} FROM ${statement.table(types, rows, (row) => row)} AS new (${columns}) ${gate}`,
  );
}

function addTimers(statement: StatementBuilder, effects: readonly Effects[], parked: readonly ParkedTimer[], gate = ''): void {
  const rows = new Map<string, readonly unknown[]>();
  for (const { saga, key, name, dueAt, error } of parked) rows.set(`${saga}\0${key}\0${name}`, [saga, key, name, dueAt, error]);
  for (const { instance, set, cancelled } of effects) {
    for (const name of cancelled) rows.delete(`${instance.saga}\0${instance.key}\0${name}`);
    for (const { name, dueAt } of set)
      rows.set(`${instance.saga}\0${instance.key}\0${name}`, [instance.saga, instance.key, name, dueAt, null]);
  }
  if (rows.size === 0) return;
  const table = statement.table(['text', 'text', 'text', 'timestamptz', 'text'], [...rows.values()], (row) => row);
  statement.with(
    'timers',
    `INSERT INTO saga_timers (saga, key, name, due_at, error)
     SELECT saga, key, name, due_at, error FROM ${table} AS new (saga, key, name, due_at, error) ${gate}
     ON CONFLICT (saga, key, name) DO UPDATE SET due_at = excluded.due_at, error = excluded.error`,
  );
}

/** A name that a later step of the same batch sets again is not removed: one statement may touch a row only once. */
function removeTimers(statement: StatementBuilder, writes: readonly SagaWrite[]): void {
  const rows = new Map<string, readonly string[]>();
  for (const { effects } of writes) {
    const { saga, key } = effects.instance;
    for (const name of effects.cancelled) rows.set(`${saga}\0${key}\0${name}`, [saga, key, name]);
    for (const { name } of effects.set) rows.delete(`${saga}\0${key}\0${name}`);
  }
  if (rows.size === 0) return;
  const table = statement.table(['text', 'text', 'text'], [...rows.values()], (row) => row);
  statement.with(
    'cancelled',
    `DELETE FROM saga_timers USING ${table} AS old (saga, key, name)
     WHERE saga_timers.saga = old.saga AND saga_timers.key = old.key AND saga_timers.name = old.name`,
  );
}
