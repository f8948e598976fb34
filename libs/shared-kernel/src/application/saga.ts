import type { RecordedEvent } from '../domain/recorded-event.ts';
import type { EventContract } from './event-contract.ts';

/** A command is plain JSON data (no Date, no Map) whose class carries a stable name. Stored before it is sent: never rename it. */
export interface CommandClass {
  readonly COMMAND_NAME: string;
  readonly prototype: object;
}

/** A command together with the one that undoes it, should the saga compensate after it was done. */
export class Reversible {
  constructor(
    readonly command: object,
    readonly compensation: object,
  ) {}
}

export function reversible(command: object, options: { readonly compensate: object }): Reversible {
  return new Reversible(command, options.compensate);
}

/**
 * `after` in milliseconds, divided by the time scale of the runtime unless its pace is `real`, which is for waiting on machines: they do not
 * hurry in a demo. `at` an ISO instant. One in the past fires at once.
 */
export type TimerRequest<Timer extends string = string> =
  | { readonly name: Timer; readonly after: number; readonly pace?: 'real' }
  | { readonly name: Timer; readonly at: string };

/** What a transition answers; an empty one changes nothing. All of it commits together, or none. */
export interface Decision<State extends object = object, Timer extends string = string> {
  /** Replaces the state. JSON only. */
  readonly state?: State;
  /** Sent one after the other, in this order, each at least once and with an id of its own; their effects in our database happen once. */
  readonly commands?: readonly object[];
  /** A timer of the same name is replaced. */
  readonly timers?: readonly TimerRequest<Timer>[];
  /** A cancelled timer never fires. `timers` of the same decision are set afterwards. */
  readonly cancel?: 'all' | readonly Timer[];
  /**
   * Undoes: waiting commands are dropped, timers cancelled, and the compensations of the steps that were done are sent in reverse order,
   * each after the one before it was done. Not together with commands, timers or `end`.
   */
  readonly compensate?: true;
  /** Cancels all timers; commands already sent are still carried out. Later events change nothing. */
  readonly end?: 'completed' | 'cancelled';
}

type Start<State extends object, Timer extends string> = Decision<State, Timer> & { readonly state: State };

/** Which instance an event belongs to; undefined: to none. */
type Key<P extends object> = (event: RecordedEvent<P>) => string | undefined;

export interface Transition {
  readonly event: string;
  readonly starts: boolean;
  readonly continues: boolean;
  key(event: RecordedEvent): string | undefined;
  decide(state: object | undefined, event: RecordedEvent): Decision;
}

export interface TimerTransition {
  readonly timer: string;
  decide(state: object, fired: FiredTimer): Decision;
}

export interface FiredTimer {
  readonly name: string;
  /** When it should have fired. */
  readonly dueAt: string;
}

/** A process manager as the runtime sees it. */
export interface SagaDefinition {
  readonly name: string;
  readonly transitions: readonly Transition[];
  readonly timers: readonly TimerTransition[];
  readonly commands: readonly CommandClass[];
  readonly onFailure: 'park' | 'compensate';
}

/**
 * A durable process: one instance per key, moved by events and timers through pure transitions that answer with a new state, commands and
 * timers. They read no clock, no database and no randomness. `Timer` is the union of its timer names.
 */
export abstract class ProcessManager<State extends object, Timer extends string = never> implements SagaDefinition {
  abstract readonly transitions: readonly Transition[];
  abstract readonly timers: readonly TimerTransition[];
  /** Every command class it sends, compensations included: stored commands are revived by them. */
  abstract readonly commands: readonly CommandClass[];
  /** What becomes of a command that was given up. `park`: it waits for an operator while the other steps go on. */
  readonly onFailure: 'park' | 'compensate' = 'park';

  get name(): string {
    const name = names.get(this.constructor);
    if (name === undefined)
      throw new Error(`${this.constructor.name} has no durable name; decorate it with @Saga('<service>.<process>')`);
    return name;
  }

  /** The event starts the instance of its key. For a key that was started before it changes nothing. */
  protected starts<P extends object>(
    contract: EventContract<P>,
    key: Key<P>,
    decide: (event: RecordedEvent<P>) => Start<State, Timer>,
  ): Transition {
    const transition: TypedTransition<State, P> = {
      event: contract.name,
      starts: true,
      continues: false,
      key,
      decide: (_state, event) => decide(event),
    };
    return transition;
  }

  /** The event moves a running instance. For a key that was never started, or has ended, it changes nothing. */
  protected continues<P extends object>(
    contract: EventContract<P>,
    key: Key<P>,
    decide: (state: State, event: RecordedEvent<P>) => Decision<State, Timer>,
  ): Transition {
    const transition: TypedTransition<State, P> = {
      event: contract.name,
      starts: false,
      continues: true,
      key,
      decide: (state, event) => (state === undefined ? {} : decide(state, event)),
    };
    return transition;
  }

  /** For events that arrive in any order, such as those of two services: whichever comes first starts the instance. */
  protected startsOrContinues<P extends object>(
    contract: EventContract<P>,
    key: Key<P>,
    decide: (state: State | undefined, event: RecordedEvent<P>) => Start<State, Timer>,
  ): Transition {
    const transition: TypedTransition<State, P> = { event: contract.name, starts: true, continues: true, key, decide };
    return transition;
  }

  /** One reaction for each timer name. */
  protected fires(reactions: {
    readonly [T in Timer]: (state: State, fired: FiredTimer) => Decision<State, Timer>;
  }): readonly TimerTransition[] {
    return Object.entries<(state: State, fired: FiredTimer) => Decision<State, Timer>>(reactions).map(([timer, decide]) => {
      const transition: TypedTimerTransition<State> = { timer, decide };
      return transition;
    });
  }
}

/** Names instances, inbox and checkpoint: never rename it. */
export function Saga(name: string): <T extends abstract new (...args: never[]) => SagaDefinition>(target: T) => void {
  return (target) => {
    names.set(target, name);
  };
}

const names = new WeakMap<object, string>();

interface TypedTransition<State extends object, P extends object> extends Omit<Transition, 'key' | 'decide'> {
  key(event: RecordedEvent<P>): string | undefined;
  decide(state: State | undefined, event: RecordedEvent<P>): Decision;
}

interface TypedTimerTransition<State extends object> {
  readonly timer: string;
  decide(state: State, fired: FiredTimer): Decision;
}
