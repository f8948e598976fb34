import type { PoolClient } from 'pg';
import { inMessageContext } from '../../application/message-context.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import type { UnitOfWork } from '../database/unit-of-work.ts';
import { consumedVersions } from './consumed-versions.ts';
import { inbox } from './inbox.ts';

export type Delivered = 'handled' | 'duplicate' | 'outdated' | 'held';

/** Identity of an event's stream inside one service: key of order, parking and lanes. */
export function streamKey(event: Pick<RecordedEvent, 'aggregateType' | 'aggregateId'>): string {
  return `${event.aggregateType}/${event.aggregateId}`;
}

/** Hands one event to one reaction: the only place where a handler is called, for feeds, queues and redrives alike. */
export class EventDelivery {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Effects of `database` reactions, their inbox row and `beside` commit together. Throws what the handler throws, with nothing written.
   * Repeating a delivery changes nothing.
   */
  async deliver(
    reaction: EventReaction,
    event: RecordedEvent,
    beside: (client: PoolClient) => Promise<void> = nothing,
  ): Promise<Delivered> {
    return inMessageContext(
      {
        messageId: event.eventId,
        correlationId: event.correlationId,
        actor: { id: `system:${reaction.subscription}`, type: 'system' },
        traceparent: event.traceparent,
      },
      () =>
        reaction.effect === 'database' ? this.#inTransaction(reaction, event, beside) : this.#outside(reaction, event, beside),
    );
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
      await reaction.handle(event);
      return 'handled';
    }
    const order = await consumedVersions.place(client, reaction.subscription, event, reaction.order);
    if (order === 'outdated' || order === 'held') return order;
    await reaction.handle(event);
    if (reaction.order === 'strict') {
      for (
        let next = await consumedVersions.release(client, reaction.subscription, event);
        next !== undefined;
        next = await consumedVersions.release(client, reaction.subscription, next)
      ) {
        await reaction.handle(next);
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
    if (!handled) await reaction.handle(event);
    await this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      await inbox.claim(client, reaction.subscription, event.eventId);
      await beside(client);
    });
    return handled ? 'duplicate' : 'handled';
  }
}

async function nothing(): Promise<void> {}
