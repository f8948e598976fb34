import type { BackgroundWorker } from '../../application/background-worker.ts';
import type { Clock } from '../../application/clock.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import { retryThenPark, type FailurePolicy } from '../../application/failure-policy.ts';
import type { SagaDefinition } from '../../application/saga.ts';
import type { Database } from '../database/database.ts';
import type { UnitOfWork } from '../database/unit-of-work.ts';
import { CommandDispatch } from './command-dispatch.ts';
import type { Effects } from './interpret.ts';
import { PollLoop } from './poll-loop.ts';
import { SagaReaction } from './saga-reaction.ts';
import { TimerFiring } from './timer-firing.ts';

/** The loop looks at least this often by itself. */
const SOON_MS = 1_000;

interface SagaRuntimeOptions {
  readonly unitOfWork: UnitOfWork;
  readonly database: Database;
  readonly clock: Clock;
  readonly sagas: readonly SagaDefinition[];
  /** Carries out a command, such as `CommandBus.execute`. Throws to be retried or parked. */
  readonly dispatch: (command: object) => Promise<unknown>;
  /** For commands. Default: 5 attempts, then park. */
  readonly policy?: FailurePolicy;
  /** Divides the `after` of timers; 3600 makes an hour a second. Default 1. */
  readonly timeScale?: number;
}

/** Runs the sagas of a service. Any number of replicas may do so over one database. */
export class SagaRuntime {
  readonly #reactions: readonly SagaReaction[];
  readonly #commands: CommandDispatch;
  readonly #timers: TimerFiring;
  readonly #commandLoop: PollLoop;
  readonly #timerLoop: PollLoop;

  constructor(options: SagaRuntimeOptions) {
    const { clock, policy = retryThenPark(), timeScale = 1 } = options;
    const sagas = byName(options.sagas);
    const moved = (effects: Effects): void => this.#wake(effects, clock);
    this.#reactions = options.sagas.map((saga) => new SagaReaction(saga, { ...options, timeScale, moved }));
    this.#commands = new CommandDispatch({ ...options, sagas, policy });
    this.#timers = new TimerFiring({ ...options, sagas, timeScale, moved });
    this.#commandLoop = new PollLoop('saga-commands', async () =>
      (await this.#commands.dispatchDue()) > 0 ? 0 : untilNext(await this.#commands.nextDue(), clock),
    );
    this.#timerLoop = new PollLoop('saga-timers', async () =>
      (await this.#timers.fireBatch()) > 0 ? 0 : untilNext(await this.#timers.nextDue(), clock),
    );
  }

  reactions(): readonly EventReaction[] {
    return this.#reactions;
  }

  workers(): readonly BackgroundWorker[] {
    return [this.#commandLoop, this.#timerLoop];
  }

  /** Carries out what is due now, whether or not the workers run; answers how many attempts were made. */
  dispatchDue(): Promise<number> {
    return this.#commands.dispatchDue();
  }

  /** Fires what is due now, whether or not the workers run; answers how many timers. */
  fireDue(): Promise<number> {
    return this.#timers.fireDue();
  }

  #wake({ commands, compensate, set }: Effects, clock: Clock): void {
    if (commands.length > 0 || compensate) this.#commandLoop.wake();
    const soon = clock.now().getTime() + SOON_MS;
    if (set.some(({ dueAt }) => dueAt.getTime() < soon)) this.#timerLoop.wake();
  }
}

function byName(sagas: readonly SagaDefinition[]): ReadonlyMap<string, SagaDefinition> {
  const map = new Map(sagas.map((saga) => [saga.name, saga]));
  if (map.size !== sagas.length) throw new Error('two sagas have the same durable name; give each @Saga(name) its own');
  for (const { name, transitions } of sagas) {
    if (new Set(transitions.map(({ event }) => event)).size !== transitions.length)
      throw new Error(`${name} has two transitions for one event; merge them`);
  }
  return map;
}

/** What is due and yet was not taken is held by somebody else: no hurry. */
function untilNext(next: Date | undefined, clock: Clock): number {
  if (next === undefined) return Infinity;
  const ms = next.getTime() - clock.now().getTime();
  return ms > 0 ? ms : Infinity;
}
