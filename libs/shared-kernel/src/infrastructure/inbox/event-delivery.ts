import type { PoolClient } from 'pg';
import { crashpoint } from '../../application/crashpoint.ts';
import { HandlerTimedOut } from '../../application/failure-policy.ts';
import { inMessageContext } from '../../application/message-context.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import { inSpan } from '../telemetry/trace.ts';
import { consumedVersions } from './consumed-versions.ts';
import { inbox } from './inbox.ts';

const FINISH_WITHIN_MS = 60_000;

export type Delivered = 'handled' | 'duplicate' | 'outdated' | 'held';

/** Identity of an event's stream inside one service: key of order, parking and lanes. */
export function streamKey(event: Pick<RecordedEvent, 'aggregateType' | 'aggregateId'>): string {
  return `${event.aggregateType}/${event.aggregateId}`;
}

/** The transactions of a service. `Client` is what a store works with inside of one. */
export interface Units<Client> {
  /** Calls inside of a running one join it. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** To be called inside `run`. */
  client(): Promise<Client>;
}

/** What a delivery remembers, in the transaction of the effect. */
export interface Remembered<Client> {
  readonly inbox: {
    /** False: this event was handled before. */
    claim(client: Client, subscription: string, eventId: string): Promise<boolean>;
    has(client: Client, subscription: string, eventId: string): Promise<boolean>;
  };
  readonly versions: {
    place(
      client: Client,
      subscription: string,
      event: RecordedEvent,
      order: 'latest' | 'strict',
    ): Promise<'next' | 'outdated' | 'held'>;
    release(client: Client, subscription: string, event: RecordedEvent): Promise<RecordedEvent | undefined>;
  };
}

/** Hands one event to one reaction: the only place where a handler is called, for feeds, queues and redrives alike. */
export abstract class Delivery<Client> {
  protected abstract readonly remembered: Remembered<Client>;

  /** `finishWithinMs` may be infinite. */
  constructor(
    private readonly unitOfWork: Units<Client>,
    private readonly finishWithinMs = FINISH_WITHIN_MS,
  ) {}

  /**
   * Effects of `database` reactions, their inbox row and `beside` commit together. Throws what the handler throws, with nothing written,
   * and HandlerTimedOut for one that hangs. Repeating a delivery changes nothing.
   */
  async deliver(
    reaction: EventReaction,
    event: RecordedEvent,
    beside: (client: Client) => Promise<void> = nothing,
  ): Promise<Delivered> {
    return reaction.effect === 'database' ? this.#inTransaction(reaction, event, beside) : this.#outside(reaction, event, beside);
  }

  async #handle(reaction: EventReaction, event: RecordedEvent): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = Number.isFinite(this.finishWithinMs)
      ? setTimeout(() => late.reject(new HandlerTimedOut(reaction.subscription, this.finishWithinMs)), this.finishWithinMs)
      : undefined;
    const { eventId: messageId, correlationId } = event;
    const actor = { id: `system:${reaction.subscription}`, type: 'system' } as const;
    try {
      const handled = inSpan(`${reaction.subscription} ${event.eventName}`, event.traceparent, (traceparent) =>
        inMessageContext({ messageId, correlationId, actor, traceparent }, () => reaction.handle(event)),
      );
      await Promise.race([handled, late.promise]);
      crashpoint('in.after-effect');
    } finally {
      clearTimeout(timer);
    }
  }

  async #inTransaction(
    reaction: EventReaction,
    event: RecordedEvent,
    beside: (client: Client) => Promise<void>,
  ): Promise<Delivered> {
    return this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      const delivered = await this.#apply(client, reaction, event);
      await beside(client);
      return delivered;
    });
  }

  async #apply(client: Client, reaction: EventReaction, event: RecordedEvent): Promise<Delivered> {
    if (!(await this.remembered.inbox.claim(client, reaction.subscription, event.eventId))) return 'duplicate';
    crashpoint('in.after-inbox');
    if (reaction.order === 'any') {
      await this.#handle(reaction, event);
      return 'handled';
    }
    const order = await this.remembered.versions.place(client, reaction.subscription, event, reaction.order);
    if (order === 'outdated' || order === 'held') return order;
    await this.#handle(reaction, event);
    if (reaction.order === 'strict') {
      for (
        let next = await this.remembered.versions.release(client, reaction.subscription, event);
        next !== undefined;
        next = await this.remembered.versions.release(client, reaction.subscription, next)
      ) {
        await this.#handle(reaction, next);
      }
    }
    return 'handled';
  }

  async #outside(reaction: EventReaction, event: RecordedEvent, beside: (client: Client) => Promise<void>): Promise<Delivered> {
    const handled = await this.unitOfWork.run(async () =>
      this.remembered.inbox.has(await this.unitOfWork.client(), reaction.subscription, event.eventId),
    );
    if (!handled) await this.#handle(reaction, event);
    await this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      await this.remembered.inbox.claim(client, reaction.subscription, event.eventId);
      await beside(client);
    });
    return handled ? 'duplicate' : 'handled';
  }
}

/** Delivery over Postgres. */
export class EventDelivery extends Delivery<PoolClient> {
  protected override readonly remembered: Remembered<PoolClient> = { inbox, versions: consumedVersions };
}

async function nothing(): Promise<void> {}
