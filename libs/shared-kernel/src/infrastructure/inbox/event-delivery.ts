import type { PoolClient } from 'pg';
import { HandlerTimedOut } from '../../application/failure-policy.ts';
import { inMessageContext } from '../../application/message-context.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { UnitOfWork } from '../database/unit-of-work.ts';
import { inSpan } from '../telemetry/trace.ts';
import { consumedVersions } from './consumed-versions.ts';
import { inbox } from './inbox.ts';

const FINISH_WITHIN_MS = 60_000;

export type Delivered = 'handled' | 'duplicate' | 'outdated' | 'held';

/** Identity of an event's stream inside one service: key of order, parking and lanes. */
export function streamKey(event: Pick<RecordedEvent, 'aggregateType' | 'aggregateId'>): string {
  return `${event.aggregateType}/${event.aggregateId}`;
}

/** Hands one event to one reaction: the only place where a handler is called, for feeds, queues and redrives alike. */
export class EventDelivery {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly finishWithinMs = FINISH_WITHIN_MS,
  ) {}

  /**
   * Effects of `database` reactions, their inbox row and `beside` commit together. Throws what the handler throws, with nothing written,
   * and HandlerTimedOut for one that hangs. Repeating a delivery changes nothing.
   */
  async deliver(
    reaction: EventReaction,
    event: RecordedEvent,
    beside: (client: PoolClient) => Promise<void> = nothing,
  ): Promise<Delivered> {
    return reaction.effect === 'database' ? this.#inTransaction(reaction, event, beside) : this.#outside(reaction, event, beside);
  }

  async #handle(reaction: EventReaction, event: RecordedEvent): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new HandlerTimedOut(reaction.subscription, this.finishWithinMs)),
      this.finishWithinMs,
    );
    const { eventId: messageId, correlationId } = event;
    const actor = { id: `system:${reaction.subscription}`, type: 'system' } as const;
    try {
      const handled = inSpan(`${reaction.subscription} ${event.eventName}`, event.traceparent, (traceparent) =>
        inMessageContext({ messageId, correlationId, actor, traceparent }, () => reaction.handle(event)),
      );
      await Promise.race([handled, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #inTransaction(
    reaction: EventReaction,
    event: RecordedEvent,
    beside: (client: PoolClient) => Promise<void>,
  ): Promise<Delivered> {
    return this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      const delivered = await this.#apply(client, reaction, event);
      await beside(client);
      return delivered;
    });
  }

  async #apply(client: PoolClient, reaction: EventReaction, event: RecordedEvent): Promise<Delivered> {
    if (!(await inbox.claim(client, reaction.subscription, event.eventId))) return 'duplicate';
    if (reaction.order === 'any') {
      await this.#handle(reaction, event);
      return 'handled';
    }
    const order = await consumedVersions.place(client, reaction.subscription, event, reaction.order);
    if (order === 'outdated' || order === 'held') return order;
    await this.#handle(reaction, event);
    if (reaction.order === 'strict') {
      for (
        let next = await consumedVersions.release(client, reaction.subscription, event);
        next !== undefined;
        next = await consumedVersions.release(client, reaction.subscription, next)
      ) {
        await this.#handle(reaction, next);
      }
    }
    return 'handled';
  }

  async #outside(
    reaction: EventReaction,
    event: RecordedEvent,
    beside: (client: PoolClient) => Promise<void>,
  ): Promise<Delivered> {
    const handled = await this.unitOfWork.run(async () =>
      inbox.has(await this.unitOfWork.client(), reaction.subscription, event.eventId),
    );
    if (!handled) await this.#handle(reaction, event);
    await this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      await inbox.claim(client, reaction.subscription, event.eventId);
      await beside(client);
    });
    return handled ? 'duplicate' : 'handled';
  }
}

async function nothing(): Promise<void> {}
