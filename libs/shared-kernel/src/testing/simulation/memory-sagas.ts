import type { EventReaction } from '../../application/event-reaction.ts';
import type { FailurePolicy } from '../../application/failure-policy.ts';
import { inMessageContext } from '../../application/message-context.ts';
import type { SagaDefinition } from '../../application/saga.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import { errorLine } from '../../infrastructure/logging/safe-text.ts';
import {
  interpret,
  keyOf,
  planCompensations,
  type Effects,
  type PlannedCommand,
  type SagaInput,
  type SagaInstance,
} from '../../infrastructure/sagas/interpret.ts';
import { CommandRegistry } from '../../infrastructure/sagas/stored-command.ts';
import type { MemoryDatabase } from './memory-database.ts';
import type { MemoryTable } from './memory-table.ts';
import { Signal } from './scheduler.ts';

export interface SagaRow extends SagaInstance {
  readonly correlationId: string;
  readonly traceparent: string | undefined;
  /** Timers that it asked for and that neither fired nor were cancelled: what the table of timers must hold. */
  readonly expects: readonly string[];
}

export interface SagaCommandRow extends PlannedCommand {
  readonly saga: string;
  readonly key: string;
  readonly status: 'pending' | 'done' | 'parked' | 'failed' | 'cancelled' | 'compensated';
  readonly attempts: number;
  readonly nextAttempt: number;
  readonly error: string | null;
  readonly causationId: string;
}

export interface SagaTimerRow {
  readonly saga: string;
  readonly key: string;
  readonly name: string;
  readonly dueAt: number;
  readonly error: string | null;
}

export interface MemorySagasOptions {
  readonly database: MemoryDatabase;
  readonly policy: FailurePolicy;
}

const LANES = 2;
/** What is due and yet was not taken is held by somebody else: looked at again after this time. */
const HELD_MS = 50;

/**
 * The sagas of one simulated service. It stands for `sagas/saga-reaction.ts`, `saga-store.ts`, `command-dispatch.ts` and
 * `timer-firing.ts`; each step is the kernel's own `interpret` and `planCompensations`. State, commands and timers of a step commit
 * together with the inbox row; a command is done in the transaction of its effects.
 */
export class MemorySagas {
  readonly instances: MemoryTable<SagaRow>;
  readonly commands: MemoryTable<SagaCommandRow>;
  readonly timers: MemoryTable<SagaTimerRow>;
  #definitions: ReadonlyMap<string, SagaDefinition> = new Map();
  #registry = new CommandRegistry([]);
  #dispatch: (command: object) => Promise<unknown> = async () => undefined;
  #commandsDue: Signal | undefined;
  #timersDue: Signal | undefined;

  constructor(readonly options: MemorySagasOptions) {
    this.instances = options.database.table('sagas');
    this.commands = options.database.table('saga-commands');
    this.timers = options.database.table('saga-timers');
  }

  /** The sagas of a process that starts; answers their reactions. */
  use(definitions: readonly SagaDefinition[], dispatch: (command: object) => Promise<unknown>): EventReaction[] {
    this.#definitions = new Map(definitions.map((saga) => [saga.name, saga]));
    this.#registry = new CommandRegistry(definitions.flatMap(({ commands }) => commands));
    this.#dispatch = dispatch;
    return definitions.map((saga) => ({
      subscription: saga.name,
      events: saga.transitions.map(({ event }) => event),
      effect: 'database',
      order: 'any',
      handle: (event) => this.#handle(saga, event),
    }));
  }

  /** The workers of a process. They end with it. */
  start(): void {
    const { scheduler, owner } = this.options.database;
    const commandsDue = new Signal(scheduler, owner, 'saga commands', { awaited: true });
    const timersDue = new Signal(scheduler, owner, 'saga timers');
    this.#commandsDue = commandsDue;
    this.#timersDue = timersDue;
    const works = [
      ...Array.from({ length: LANES }, () =>
        this.#repeat(
          () => this.#dispatchNext(),
          commandsDue,
          () => this.#nextCommand(),
        ),
      ),
      this.#repeat(
        () => this.fireBatch(),
        timersDue,
        () => this.#nextTimer(),
      ),
    ];
    for (const work of works) work.catch((error: unknown) => scheduler.fail(error));
  }

  /** False: nothing was due. */
  protected async fireBatch(): Promise<boolean> {
    const { database } = this.options;
    return database.run(async () => {
      await database.scheduler.step(database.owner, 'saga-timers claim');
      const due = this.timers
        .seenRows()
        .filter(({ dueAt, error }) => error === null && dueAt <= this.#now)
        .toSorted((a, b) => a.dueAt - b.dueAt);
      const held = due.filter(({ saga, key }) => this.instances.tryHold(place(saga, key)) !== undefined);
      for (const timer of held) if (this.timers.seen(timerKey(timer)) === timer) await this.#fire(timer);
      return held.length > 0;
    });
  }

  /** Writes what a step answered. The saga's row is held. */
  protected async apply(
    effects: Effects,
    causationId: string,
    origin: Pick<SagaRow, 'correlationId' | 'traceparent'>,
  ): Promise<void> {
    const { instance, set, cancelled, commands, compensate } = effects;
    const known = this.instances.seen(place(instance.saga, instance.key));
    const kept = (known?.expects ?? []).filter((name) => !cancelled.includes(name) && !set.some((timer) => timer.name === name));
    const { correlationId, traceparent } = origin;
    const expects = [...kept, ...set.map(({ name }) => name)];
    this.instances.set(place(instance.saga, instance.key), { ...instance, correlationId, traceparent, expects });
    this.#add(instance, commands, causationId);
    for (const name of cancelled) this.timers.unset(timerKey({ ...instance, name }));
    for (const { name, dueAt } of set)
      this.timers.set(timerKey({ ...instance, name }), {
        saga: instance.saga,
        key: instance.key,
        name,
        dueAt: dueAt.getTime(),
        error: null,
      });
    if (compensate) await this.compensate(instance, causationId);
    this.options.database.current()?.committed.push(() => this.#wake(effects));
  }

  protected async compensate(instance: SagaInstance, causationId: string): Promise<void> {
    const mine = this.commands
      .seenRows()
      .filter(({ saga, key, status }) => saga === instance.saga && key === instance.key && OPEN_OR_DONE.has(status))
      .toSorted((a, b) => b.step - a.step);
    for (const { id } of mine) await this.commands.lock(id);
    const now = mine.flatMap(({ id }) => this.commands.seen(id) ?? []);
    const compensations = planCompensations(
      instance,
      now.filter(({ status }) => status === 'done'),
    );
    for (const command of now)
      if (command.status === 'pending' || command.status === 'parked')
        this.commands.set(command.id, { ...command, status: 'cancelled' });
    const row = this.instances.seen(place(instance.saga, instance.key));
    if (row === undefined) return;
    const status = compensations.length > 0 ? 'compensating' : 'compensated';
    this.instances.set(place(instance.saga, instance.key), {
      ...row,
      status,
      step: instance.step + compensations.length,
      expects: [],
    });
    for (const timer of this.timers.seenRows())
      if (timer.saga === instance.saga && timer.key === instance.key) this.timers.unset(timerKey(timer));
    this.#add(instance, compensations, causationId);
  }

  protected async markDone(command: SagaCommandRow): Promise<void> {
    this.commands.set(command.id, { ...command, status: 'done', attempts: command.attempts + 1, error: null });
    if (command.compensates === null) return;
    const mine = this.commands.seenRows().filter(({ saga, key }) => saga === command.saga && key === command.key);
    const undone = mine.find(({ step }) => step === command.compensates);
    if (undone !== undefined) this.commands.set(undone.id, { ...undone, status: 'compensated' });
    const waiting = mine.some(
      ({ id, compensates, status }) => id !== command.id && compensates !== null && (status === 'pending' || status === 'parked'),
    );
    const row = await this.instances.lock(place(command.saga, command.key));
    if (!waiting && row?.status === 'compensating')
      this.instances.set(place(command.saga, command.key), { ...row, status: 'compensated' });
  }

  async #handle(saga: SagaDefinition, event: RecordedEvent): Promise<void> {
    const key = keyOf(saga, event);
    if (key === undefined) return;
    for (;;) {
      const instance = await this.instances.hold(place(saga.name, key));
      const effects = this.#interpret(saga, instance, { kind: 'event', key, event });
      if (effects === undefined) return;
      if (effects.started && (await this.instances.lock(place(saga.name, key))) !== undefined) continue;
      const { correlationId, traceparent } = instance ?? event;
      await this.apply(effects, event.eventId, { correlationId, traceparent });
      return;
    }
  }

  /** A transition that throws parks its own timer only. */
  async #fire(timer: SagaTimerRow): Promise<void> {
    const { saga, key, name, dueAt } = timer;
    const definition = this.#definitions.get(saga);
    const row = this.instances.seen(place(saga, key));
    if (definition === undefined || row === undefined) return;
    this.timers.unset(timerKey(timer));
    this.instances.set(place(saga, key), { ...row, expects: row.expects.filter((expected) => expected !== name) });
    let effects: Effects | undefined;
    try {
      effects = this.#interpret(definition, row, { kind: 'timer', name, dueAt: new Date(dueAt).toISOString() });
    } catch (error) {
      this.timers.set(timerKey(timer), { ...timer, error: errorLine(error) });
    }
    if (effects !== undefined) await this.apply(effects, `timer:${saga}/${key}/${name}`, row);
  }

  /** False: nothing was due. */
  async #dispatchNext(): Promise<boolean> {
    const { database } = this.options;
    const attempt: { command?: SagaCommandRow } = {};
    try {
      await database.run(async () => {
        await database.scheduler.step(database.owner, 'saga-commands claim');
        const command = this.#claim();
        if (command === undefined) return;
        attempt.command = command;
        await this.#execute(command);
        await this.markDone(command);
      });
    } catch (error) {
      if (attempt.command === undefined) throw error;
      await this.#failed(attempt.command, error);
    }
    return attempt.command !== undefined;
  }

  #claim(): SagaCommandRow | undefined {
    return inTurn(this.commands.seenRows())
      .filter(({ nextAttempt }) => nextAttempt <= this.#now)
      .toSorted((a, b) => a.nextAttempt - b.nextAttempt || a.step - b.step)
      .find(({ id }) => this.commands.tryHold(id)?.status === 'pending');
  }

  async #execute({ id, saga, key, command }: SagaCommandRow): Promise<void> {
    const row = this.instances.seen(place(saga, key));
    const { correlationId = id, traceparent } = row ?? {};
    const actor = { id: `system:${saga}`, type: 'system' } as const;
    const message = this.#registry.revive(command);
    await inMessageContext({ messageId: id, correlationId, actor, traceparent }, () => this.#dispatch(message));
  }

  async #failed(command: SagaCommandRow, error: unknown): Promise<void> {
    const { database, policy } = this.options;
    const verdict = policy(error, command.attempts + 1);
    await database.run(async () => {
      const saga = this.#definitions.get(command.saga);
      const compensating = verdict.kind !== 'retry' && saga?.onFailure === 'compensate' && command.compensates === null;
      const instance = compensating ? await this.instances.hold(place(command.saga, command.key)) : undefined;
      const undo = instance !== undefined && (instance.status === 'running' || instance.status === 'completed');
      const row = await this.commands.lock(command.id);
      if (row?.status !== 'pending' || row.attempts !== command.attempts) return;
      const status = verdict.kind === 'retry' ? 'pending' : undo ? 'failed' : 'parked';
      const nextAttempt = this.#now + (verdict.kind === 'retry' ? Math.max(1, verdict.afterMs) : 0);
      this.commands.set(row.id, { ...row, status, attempts: row.attempts + 1, error: errorLine(error), nextAttempt });
      if (undo) await this.compensate(instance, command.id);
    });
    this.#commandsDue?.raise();
  }

  #add(instance: SagaInstance, commands: readonly PlannedCommand[], causationId: string): void {
    const { saga, key } = instance;
    for (const command of commands)
      this.commands.set(command.id, {
        ...command,
        saga,
        key,
        status: 'pending',
        attempts: 0,
        nextAttempt: this.#now,
        error: null,
        causationId,
      });
  }

  async #repeat(work: () => Promise<boolean>, due: Signal, next: () => number): Promise<void> {
    while (true) if (next() > 0 || !(await work())) await due.wait(Math.max(HELD_MS, next()));
  }

  /** In milliseconds; 0 for what is due. */
  #nextCommand(): number {
    return this.#until(inTurn([...this.commands.committed.values()]).map(({ nextAttempt }) => nextAttempt));
  }

  #nextTimer(): number {
    return this.#until([...this.timers.committed.values()].flatMap(({ error, dueAt }) => (error === null ? dueAt : [])));
  }

  #until(times: readonly number[]): number {
    const next = Math.min(...times);
    return Math.max(0, next - this.#now);
  }

  #wake({ commands, compensate, set }: Effects): void {
    if (commands.length > 0 || compensate) this.#commandsDue?.raise();
    if (set.length > 0) this.#timersDue?.raise();
  }

  #interpret(saga: SagaDefinition, instance: SagaInstance | undefined, input: SagaInput): Effects | undefined {
    return interpret(saga, instance, input, new Date(this.#now), 1);
  }

  get #now(): number {
    return this.options.database.scheduler.clock.time;
  }
}

/** Pending commands that no earlier one of their instance holds back. */
function inTurn(rows: readonly SagaCommandRow[]): SagaCommandRow[] {
  const blocks = (earlier: SagaCommandRow, due: SagaCommandRow): boolean =>
    earlier.saga === due.saga &&
    earlier.key === due.key &&
    earlier.step < due.step &&
    (earlier.status === 'pending' || (earlier.status === 'parked' && earlier.compensates !== null));
  return rows.filter((due) => due.status === 'pending' && !rows.some((earlier) => blocks(earlier, due)));
}

const OPEN_OR_DONE: ReadonlySet<SagaCommandRow['status']> = new Set(['pending', 'parked', 'done']);

function place(saga: string, key: string): string {
  return `${saga} ${key}`;
}

function timerKey({ saga, key, name }: Pick<SagaTimerRow, 'saga' | 'key' | 'name'>): string {
  return `${saga} ${key} ${name}`;
}
