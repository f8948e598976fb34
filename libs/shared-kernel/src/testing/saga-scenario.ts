import assert from 'node:assert/strict';
import { v7 as uuidv7 } from 'uuid';
import type { EventContract } from '../application/event-contract.ts';
import type { SagaDefinition } from '../application/saga.ts';
import { commandNameOf, storedCommand, type StoredCommand } from '../infrastructure/sagas/stored-command.ts';
import {
  interpret,
  keyOf,
  planCompensations,
  type Effects,
  type PlannedCommand,
  type SagaInput,
  type SagaInstance,
  type SagaStatus,
} from '../infrastructure/sagas/interpret.ts';
import { recordedEvent } from './recorded-event.ts';

interface Run {
  instance: SagaInstance;
  readonly done: PlannedCommand[];
  readonly timers: Map<string, Date>;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * A saga on a virtual clock, without a database: `when` an event comes or time passes, it `sends` these commands, in this order and no
 * others. Every command succeeds unless it was refused. The rules are those of the runtime.
 */
export function sagaScenario(saga: SagaDefinition, startAt = new Date('2026-01-05T09:00:00.000Z')): SagaScenario {
  return new SagaScenario(saga, startAt);
}

export class SagaScenario {
  readonly #runs = new Map<string, Run>();
  readonly #seen = new Set<string>();
  readonly #refused = new Set<string>();
  #sent: StoredCommand[] = [];
  #now: Date;
  #redeliver: () => void = () => assert.fail('no event has come yet');

  constructor(
    private readonly saga: SagaDefinition,
    startAt: Date,
  ) {
    this.#now = startAt;
  }

  /** Throws what the transition throws; the saga is then as it was before. */
  when<P extends object>(contract: EventContract<P>, payload: P, eventId: string = uuidv7()): this {
    const event = recordedEvent(contract, payload, { eventId, occurredAt: this.#now.toISOString() });
    this.#redeliver = () => {
      if (this.#seen.has(eventId)) return;
      const key = keyOf(this.saga, event);
      if (key !== undefined) this.#move(key, { kind: 'event', key, event });
      this.#seen.add(eventId);
    };
    this.#redeliver();
    return this;
  }

  /** The last event comes once more. */
  again(): this {
    this.#redeliver();
    return this;
  }

  /** `'90m'`, `'24h'`, `'30d'`; timers that fall due fire in their order, each at its time. */
  advance(duration: string): this {
    const until = this.#now.getTime() + milliseconds(duration);
    for (let next = this.#nextTimer(until); next !== undefined; next = this.#nextTimer(until)) {
      const { key, run, name, dueAt } = next;
      run.timers.delete(name);
      if (dueAt > this.#now) this.#now = dueAt;
      this.#move(key, { kind: 'timer', name, dueAt: dueAt.toISOString() });
    }
    this.#now = new Date(until);
    return this;
  }

  /** From now on this command is given up by its handler. */
  refusing(command: { readonly COMMAND_NAME: string }): this {
    this.#refused.add(command.COMMAND_NAME);
    return this;
  }

  /** Everything that was sent since the last `sends`. */
  sends(expected: readonly object[]): this {
    const sent = this.#sent.map(({ name, payload }) => ({ command: name, ...JSON.parse(payload) }));
    this.#sent = [];
    assert.deepEqual(
      sent,
      expected.map((command) => ({ command: commandNameOf(command), ...JSON.parse(storedCommand('', command).payload) })),
    );
    return this;
  }

  hasStatus(key: string, expected: SagaStatus | 'not started'): this {
    assert.equal(this.#runs.get(key)?.instance.status ?? 'not started', expected);
    return this;
  }

  hasState(key: string, expected: object): this {
    assert.deepEqual(JSON.parse(this.#runs.get(key)?.instance.state ?? 'null'), expected);
    return this;
  }

  #move(key: string, input: SagaInput): void {
    const known = this.#runs.get(key);
    const effects = interpret(this.saga, known?.instance, input, this.#now, 1);
    if (effects === undefined) return;
    const run = known ?? { instance: effects.instance, done: [], timers: new Map<string, Date>() };
    this.#runs.set(key, run);
    this.#apply(run, effects);
  }

  #apply(run: Run, effects: Effects): void {
    run.instance = effects.instance;
    for (const name of effects.cancelled) run.timers.delete(name);
    for (const { name, dueAt } of effects.set) run.timers.set(name, dueAt);
    for (const command of effects.commands) {
      this.#sent.push(command.command);
      if (!this.#refused.has(command.command.name)) run.done.push(command);
      else if (this.saga.onFailure === 'compensate') return this.#compensate(run);
    }
    if (effects.compensate) this.#compensate(run);
  }

  #compensate(run: Run): void {
    run.timers.clear();
    const compensations = planCompensations(run.instance, run.done);
    this.#sent.push(...compensations.map(({ command }) => command));
    run.instance = { ...run.instance, status: 'compensated', step: run.instance.step + compensations.length };
  }

  #nextTimer(until: number): { key: string; run: Run; name: string; dueAt: Date } | undefined {
    return [...this.#runs]
      .flatMap(([key, run]) => [...run.timers].map(([name, dueAt]) => ({ key, run, name, dueAt })))
      .filter(({ dueAt }) => dueAt.getTime() <= until)
      .toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime())[0];
  }
}

function milliseconds(duration: string): number {
  const unit = UNITS.get(duration.slice(-1));
  const count = Number(duration.slice(0, -1));
  if (unit === undefined || !(count >= 0)) throw new Error(`${duration} is no duration; write 30s, 90m, 24h or 30d`);
  return count * unit;
}
