import type { RecordedEvent } from '../domain/recorded-event.ts';
import type { EventContract } from './event-contract.ts';
import type { EventReaction } from './event-reaction.ts';

interface ConsumerOptions {
  /** `<service>.<what it follows>`; with the method's name it is the inbox key: rename neither. */
  readonly name: string;
  /**
   * `latest` (the default): each method gets the newest event of a stream and never an older one after it. `strict`: a method gets all
   * events of its aggregate without a gap, so it has to consume every event of that aggregate.
   */
  readonly order?: EventReaction['order'];
}

/** What a consumer names its events by: an entry of the contracts. */
type EventContractLike = Pick<EventContract, 'name' | 'parse'>;

type EventOf<C> = C extends { parse(payload: unknown): infer P extends object } ? RecordedEvent<P> : never;

const consumers = new WeakMap<object, ConsumerOptions>();
const methods = new WeakMap<object, Map<string, readonly string[]>>();

/** A class whose methods follow events of other services. */
export function Consumer(options: ConsumerOptions): ClassDecorator {
  return (target) => {
    consumers.set(target, options);
  };
}

/** The method is called for each of these events, in its newest shape, inside the transaction of its effect. It throws to be retried. */
export function Consumes<const C extends readonly [EventContractLike, ...EventContractLike[]]>(...contracts: C) {
  return <M extends (event: EventOf<C[number]>) => Promise<void>>(
    target: object,
    method: string,
    _descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const ofClass = methods.get(target) ?? new Map<string, readonly string[]>();
    ofClass.set(
      method,
      contracts.map(({ name }) => name),
    );
    methods.set(target, ofClass);
  };
}

/** Whether the class was decorated with `Consumer`. */
export function isConsumer(type: object): boolean {
  return consumers.has(type);
}

/** One reaction per decorated method, each with an inbox and retries of its own. Throws NotAConsumer. */
export function reactionsOf(instance: object): EventReaction[] {
  const options = consumers.get(instance.constructor);
  const ofClass = methods.get(Object.getPrototypeOf(instance));
  if (options === undefined || ofClass === undefined) throw new NotAConsumer(instance.constructor.name);
  const { name, order = 'latest' } = options;
  return [...ofClass].map(([method, events]) => ({
    subscription: `${name}.${method}`,
    events,
    effect: 'database',
    order,
    async handle(event) {
      const handler: unknown = Reflect.get(instance, method);
      if (typeof handler === 'function') await Reflect.apply(handler, instance, [event]);
    },
  }));
}

/** The class would never be called. */
export class NotAConsumer extends Error {
  readonly code = 'NOT_A_CONSUMER';

  constructor(readonly className: string) {
    super(`${className} consumes nothing: decorate the class with @Consumer and its methods with @Consumes`);
    this.name = 'NotAConsumer';
  }
}
