import 'reflect-metadata';

interface SubscriptionOptions {
  /** Names the checkpoint and the inbox rows: never rename it. */
  readonly name: string;
  readonly effect: 'database' | 'outside';
  readonly startAt: 'beginning' | 'now';
}

const METADATA = 'edtech:subscription';

/**
 * Makes an `@EventsHandler` class a durable subscription with a checkpoint, retries and an inbox of its own. `effect: 'outside'` for a
 * handler that acts on another system (mail): it runs without a transaction, at least once, and hands over the eventId.
 */
export function Subscription(name: string, options: Partial<Omit<SubscriptionOptions, 'name'>> = {}): ClassDecorator {
  return (target) => {
    Reflect.defineMetadata(
      METADATA,
      { effect: 'database', startAt: 'beginning', ...options, name } satisfies SubscriptionOptions,
      target,
    );
  };
}

export function subscriptionOf(handler: object): SubscriptionOptions | undefined {
  return Reflect.getMetadata(METADATA, handler);
}
