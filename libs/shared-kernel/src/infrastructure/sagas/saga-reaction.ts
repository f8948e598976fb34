import type { Clock } from '../../application/clock.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { SagaDefinition } from '../../application/saga.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { UnitOfWork } from '../database/unit-of-work.ts';
import { interpret, keyOf, type Effects } from './interpret.ts';
import { sagaStore } from './saga-store.ts';

interface SagaReactionOptions {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly timeScale: number;
  /** Called before the commit. */
  readonly moved: (effects: Effects) => void;
}

/** Moves the instances of one saga by events, in the transaction of the inbox row. */
export class SagaReaction implements EventReaction {
  readonly subscription: string;
  readonly events: readonly string[];
  readonly effect = 'database';
  readonly order = 'any';

  constructor(
    private readonly saga: SagaDefinition,
    private readonly options: SagaReactionOptions,
  ) {
    this.subscription = saga.name;
    this.events = saga.transitions.map(({ event }) => event);
  }

  async handle(event: RecordedEvent): Promise<void> {
    const key = keyOf(this.saga, event);
    if (key === undefined) return;
    while (!(await this.#move(key, event)));
  }

  /** False: another event has started the instance meanwhile. */
  async #move(key: string, event: RecordedEvent): Promise<boolean> {
    const { unitOfWork, clock, timeScale, moved } = this.options;
    const client = await unitOfWork.client();
    const now = clock.now();
    const instance = await sagaStore.lock(client, this.saga.name, key);
    const effects = interpret(this.saga, instance, { kind: 'event', key, event }, now, timeScale);
    if (effects === undefined) return true;
    const write = { effects, causationId: event.eventId };
    if (effects.started) {
      const { correlationId, traceparent } = event;
      if (!(await sagaStore.create(client, write, { correlationId, traceparent }, now))) return false;
    } else await sagaStore.update(client, [write], now);
    moved(effects);
    return true;
  }
}
