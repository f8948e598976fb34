import type { DiscoveryService } from '@nestjs/core';
import type { IEventHandler } from '@nestjs/cqrs';
import { isConsumer, reactionsOf } from '../../application/consumer.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import { Projection } from '../../application/projection.ts';
import { ProcessManager } from '../../application/saga.ts';
import { SingletonJob } from '../../application/singleton-job.ts';
import { subscriptionOf } from '../../application/subscription.ts';
import type { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';

/** Key under which @nestjs/cqrs keeps the events of an `@EventsHandler` class; it does not export it. */
const EVENTS_HANDLER_METADATA = '__eventsHandler__';

interface RevivableEvent {
  new (payload: object, recorded: RecordedEvent): BaseDomainEvent;
  readonly EVENT_NAME: string;
}

export interface DiscoveredReaction {
  readonly reaction: EventReaction;
  readonly startAt: 'beginning' | 'now';
}

export interface Discovered {
  readonly reactions: readonly DiscoveredReaction[];
  readonly sagas: readonly ProcessManager<object, string>[];
  readonly projections: readonly Projection[];
  readonly jobs: readonly SingletonJob[];
}

/**
 * Finds the service's `@EventsHandler` classes, consumers, sagas, projections and jobs. Throws SubscriptionUnnamed for a handler that would have no checkpoint
 * and SubscriptionTwice for two that would share one.
 */
export function discover(discovery: DiscoveryService): Discovered {
  const reactions: DiscoveredReaction[] = [];
  const sagas: ProcessManager<object, string>[] = [];
  const projections: Projection[] = [];
  const jobs: SingletonJob[] = [];
  for (const { instance, metatype } of discovery.getProviders()) {
    if (typeof instance !== 'object' || instance === null || typeof metatype !== 'function') continue;
    if (instance instanceof ProcessManager) sagas.push(instance);
    if (instance instanceof Projection) projections.push(instance);
    if (instance instanceof SingletonJob) jobs.push(instance);
    if (isConsumer(metatype)) for (const reaction of reactionsOf(instance)) reactions.push({ reaction, startAt: 'beginning' });
    const events: RevivableEvent[] | undefined = Reflect.getMetadata(EVENTS_HANDLER_METADATA, metatype);
    if (events !== undefined) reactions.push(handlerReaction(instance, metatype, events));
  }
  const seen = new Set<string>();
  const named = [
    ...reactions.map(({ reaction }) => reaction.subscription),
    ...[...sagas, ...projections, ...jobs].map(({ name }) => name),
  ];
  for (const name of named) {
    if (seen.has(name)) throw new SubscriptionTwice(name);
    seen.add(name);
  }
  return { reactions, sagas, projections, jobs };
}

function handlerReaction(instance: object, metatype: object, events: readonly RevivableEvent[]): DiscoveredReaction {
  const options = subscriptionOf(metatype);
  const handlerName = instance.constructor.name;
  if (options === undefined) throw new SubscriptionUnnamed(handlerName);
  if (!isHandler(instance)) throw new TypeError(`${handlerName} has no handle(event) method`);
  const classes = new Map(events.map((event) => [event.EVENT_NAME, event]));
  return {
    startAt: options.startAt,
    reaction: {
      subscription: options.name,
      events: [...classes.keys()],
      effect: options.effect,
      order: 'any',
      handle: async (recorded) => {
        const EventClass = classes.get(recorded.eventName);
        if (EventClass === undefined) throw new TypeError(`${handlerName} was given ${recorded.eventName}`);
        await instance.handle(new EventClass(recorded.payload, recorded));
      },
    },
  };
}

function isHandler(instance: object): instance is IEventHandler<BaseDomainEvent> {
  return 'handle' in instance && typeof instance.handle === 'function';
}

export class SubscriptionUnnamed extends Error {
  readonly code = 'SUBSCRIPTION_UNNAMED';

  constructor(readonly handler: string) {
    super(`${handler} handles events but has no checkpoint: give it @Subscription('<service>.<effect>')`);
    this.name = 'SubscriptionUnnamed';
  }
}

export class SubscriptionTwice extends Error {
  readonly code = 'SUBSCRIPTION_TWICE';

  constructor(readonly subscription: string) {
    super(`two handlers are named ${subscription}: they would share a checkpoint and an inbox, and each would miss half`);
    this.name = 'SubscriptionTwice';
  }
}
