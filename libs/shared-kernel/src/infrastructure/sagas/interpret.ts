import { v5 as uuidv5 } from 'uuid';
import { Reversible, type Decision, type SagaDefinition, type TimerRequest } from '../../application/saga.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import { commandNameOf, storedCommand, type StoredCommand } from './stored-command.ts';
import { InvalidDecision } from './invalid-decision.ts';

export type SagaStatus = 'running' | 'completed' | 'cancelled' | 'compensating' | 'compensated';

export interface SagaInstance {
  readonly saga: string;
  readonly key: string;
  readonly status: SagaStatus;
  /** JSON: each transition is given a copy of its own. */
  readonly state: string;
  /** Number of commands so far. */
  readonly step: number;
}

export type SagaInput =
  | { readonly kind: 'event'; readonly key: string; readonly event: RecordedEvent }
  | { readonly kind: 'timer'; readonly name: string; readonly dueAt: string };

export interface PlannedCommand {
  readonly id: string;
  readonly step: number;
  readonly compensates: number | null;
  readonly command: StoredCommand;
  readonly compensation: StoredCommand | null;
}

export interface Effects {
  readonly instance: SagaInstance;
  readonly started: boolean;
  /** Whether the instance differs from what was loaded. */
  readonly changed: boolean;
  readonly commands: readonly PlannedCommand[];
  readonly set: readonly { readonly name: string; readonly dueAt: Date }[];
  /** Never a name that is also set. */
  readonly cancelled: readonly string[];
  readonly compensate: boolean;
}

const LATEST = Date.UTC(9999, 11, 31);
const COMMAND_IDS = '5a0d9c1e-6f0b-5d0e-9d0a-2f4f5f1c7b11';

/** The key of the instance that the event is for; undefined when it is for none. */
export function keyOf(saga: SagaDefinition, event: RecordedEvent): string | undefined {
  return transitionOf(saga, event.eventName)?.key(event);
}

/**
 * One step of a saga, without effects: the same for the runtime and for tests. Undefined: the input changes nothing (ended, never started,
 * started before). Throws what the transition throws, and InvalidDecision.
 */
export function interpret(
  saga: SagaDefinition,
  instance: SagaInstance | undefined,
  input: SagaInput,
  now: Date,
  timeScale: number,
): Effects | undefined {
  if (instance !== undefined && instance.status !== 'running') return undefined;
  const decision = decide(saga, instance, input);
  if (decision === undefined) return undefined;
  const state = decision.state === undefined ? instance?.state : JSON.stringify(decision.state);
  if (state === undefined) throw new InvalidDecision(saga.name, 'the transition that starts it must answer a state');
  const { commands = [], timers = [], cancel = [], end, compensate = false } = decision;
  if (compensate && (commands.length > 0 || end !== undefined))
    throw new InvalidDecision(saga.name, 'compensate stands alone: it drops what waits and ends the saga itself');
  const over = compensate || end !== undefined;
  if (over && timers.length > 0) throw new InvalidDecision(saga.name, 'a saga that ends or compensates has no timers any more');
  const key = instance?.key ?? (input.kind === 'event' ? input.key : '');
  const before = instance?.step ?? 0;
  const planned = commands.map((command, index) => plan(saga, key, before + 1 + index, command));
  const set = lastOfEachName(timers).map((timer) => due(saga, timer, now, timeScale));
  const removed = over || cancel === 'all' ? saga.timers.map(({ timer }) => timer) : cancel;
  const status = compensate ? 'compensating' : (end ?? 'running');
  return {
    instance: { saga: saga.name, key, status, state, step: before + planned.length },
    started: instance === undefined,
    changed: state !== instance?.state || status !== 'running' || planned.length > 0,
    commands: planned,
    set,
    cancelled: instance === undefined ? [] : removed.filter((name) => !set.some((timer) => timer.name === name)),
    compensate,
  };
}

/** The compensating commands of the steps that were done, last step first. */
export function planCompensations(
  instance: SagaInstance,
  done: readonly { readonly step: number; readonly compensation: StoredCommand | null }[],
): PlannedCommand[] {
  return done
    .toSorted((a, b) => b.step - a.step)
    .flatMap(({ step, compensation }) => (compensation === null ? [] : [{ compensates: step, command: compensation }]))
    .map(({ compensates, command }, index) => {
      const step = instance.step + 1 + index;
      return { id: commandId(instance.saga, instance.key, step), step, compensates, command, compensation: null };
    });
}

function decide(saga: SagaDefinition, instance: SagaInstance | undefined, input: SagaInput): Decision | undefined {
  if (input.kind === 'timer') {
    const transition = saga.timers.find(({ timer }) => timer === input.name);
    if (transition === undefined) throw new InvalidDecision(saga.name, `it has no reaction to the timer ${input.name}`);
    return instance === undefined ? undefined : transition.decide(stateOf(instance), input);
  }
  const transition = transitionOf(saga, input.event.eventName);
  if (transition === undefined) return undefined;
  if (instance === undefined) return transition.starts ? transition.decide(undefined, input.event) : undefined;
  return transition.continues ? transition.decide(stateOf(instance), input.event) : undefined;
}

function transitionOf(saga: SagaDefinition, eventName: string): SagaDefinition['transitions'][number] | undefined {
  return saga.transitions.find(({ event }) => event === eventName);
}

function stateOf(instance: SagaInstance): object {
  const state: object = JSON.parse(instance.state);
  return state;
}

function plan(saga: SagaDefinition, key: string, step: number, item: object): PlannedCommand {
  const [command, compensation] = item instanceof Reversible ? [item.command, item.compensation] : [item, undefined];
  return {
    id: commandId(saga.name, key, step),
    step,
    compensates: null,
    command: listed(saga, command),
    compensation: compensation === undefined ? null : listed(saga, compensation),
  };
}

function listed(saga: SagaDefinition, command: object): StoredCommand {
  const name = commandNameOf(command);
  if (!saga.commands.some(({ COMMAND_NAME }) => COMMAND_NAME === name))
    throw new InvalidDecision(saga.name, `the command ${name} (${command.constructor.name}) is not listed in its commands`);
  return storedCommand(name, command);
}

/** Stable for ever: whoever carries out a command twice meets the same id. */
function commandId(saga: string, key: string, step: number): string {
  return uuidv5(JSON.stringify([saga, key, step]), COMMAND_IDS);
}

function due(saga: SagaDefinition, timer: TimerRequest, now: Date, timeScale: number): { name: string; dueAt: Date } {
  if (!saga.timers.some((reaction) => reaction.timer === timer.name))
    throw new InvalidDecision(saga.name, `it has no reaction to the timer ${timer.name}`);
  const at = 'at' in timer ? Date.parse(timer.at) : now.getTime() + timer.after / (timer.pace === 'real' ? 1 : timeScale);
  if (!(Math.abs(at) < LATEST)) throw new InvalidDecision(saga.name, `the timer ${timer.name} has no usable time`);
  return { name: timer.name, dueAt: new Date(at) };
}

function lastOfEachName(timers: readonly TimerRequest[]): TimerRequest[] {
  return [...new Map(timers.map((timer) => [timer.name, timer])).values()];
}
