import { Injectable, Module } from '@nestjs/common';
import { CommandHandler, EventsHandler, type ICommandHandler, type IEventHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Consumer, Consumes } from '../../src/application/consumer.ts';
import { hours } from '../../src/application/durations.ts';
import type { EventContract } from '../../src/application/event-contract.ts';
import { Mailer } from '../../src/application/mailer.ts';
import { messageContext } from '../../src/application/message-context.ts';
import { ProcessManager, reversible, Saga } from '../../src/application/saga.ts';
import { Subscription } from '../../src/application/subscription.ts';
import { AggregateRoot, BaseDomainEvent, DomainError, NotFound, type RecordedEvent, type When } from '../../src/domain/index.ts';
import type { ServiceDefinition } from '../../src/infrastructure/service/service-definition.ts';
import {
  SeededRandom,
  type CommandInput,
  type MemoryDatabase,
  type MemoryTable,
  type ServiceTwins,
  type StoredAggregate,
  type Twins,
  type Workload,
} from '../../src/testing/index.ts';

/** Orders with a saga that reserves stock, and a second service that follows them in each of the three orders of a consumer. */

const schema = z.object({ orderId: z.string() });
type Order = z.output<typeof schema>;

function contract(name: string): EventContract<Order> {
  const read = (payload: unknown): Order => schema.parse(payload);
  return {
    name,
    producer: 'order-service',
    aggregateType: 'Order',
    schemaVersion: 1,
    scope: 'integration',
    personal: [],
    about: ({ orderId }) => orderId,
    parse: read,
    read: (_version, payload) => read(payload),
  };
}
const Placed = contract('order.placed');
const Paid = contract('order.paid');
const Cancelled = contract('order.cancelled');
const Noted = contract('order.noted');
export const orderContracts = [Placed, Paid, Cancelled, Noted];

class OrderPlacedEvent extends BaseDomainEvent<Order> {
  static override readonly EVENT_NAME = 'order.placed';
}
class OrderPaidEvent extends BaseDomainEvent<Order> {
  static override readonly EVENT_NAME = 'order.paid';
}
class OrderCancelledEvent extends BaseDomainEvent<Order> {
  static override readonly EVENT_NAME = 'order.cancelled';
}
class OrderNotedEvent extends BaseDomainEvent<Order> {
  static override readonly EVENT_NAME = 'order.noted';
}
type OrderEvents = typeof OrderPlacedEvent | typeof OrderPaidEvent | typeof OrderCancelledEvent | typeof OrderNotedEvent;

interface OrderState {
  readonly id: string;
  readonly status: 'placed' | 'paid' | 'cancelled';
}

class OrderClosed extends DomainError {
  readonly code = 'ORDER_CLOSED';
}

class OrderRoot extends AggregateRoot<OrderEvents> {
  static override readonly AGGREGATE_TYPE = 'Order';
  state: OrderState = { id: '', status: 'placed' };

  protected readonly when: When<OrderEvents> = {
    'order.placed': ({ orderId }) => this.#set({ id: orderId, status: 'placed' }),
    'order.paid': () => this.#set({ status: 'paid' }),
    'order.cancelled': () => this.#set({ status: 'cancelled' }),
    'order.noted': () => undefined,
  };

  static place(orderId: string): OrderRoot {
    const order = new OrderRoot();
    order.record(new OrderPlacedEvent({ orderId }));
    return order;
  }
  static of({ state, position }: StoredAggregate<OrderState>): OrderRoot {
    const order = new OrderRoot();
    order.state = state;
    order.standAt(position);
    return order;
  }
  static replay(history: readonly RecordedEvent[]): OrderRoot {
    const order = new OrderRoot();
    for (const { eventName, payload } of history) order.fold(eventName, payload);
    return order;
  }

  get id(): string {
    return this.state.id;
  }
  pay(): void {
    this.#mustBeOpen();
    this.record(new OrderPaidEvent({ orderId: this.id }));
  }
  note(): void {
    this.record(new OrderNotedEvent({ orderId: this.id }));
  }
  cancel(): void {
    this.#mustBeOpen();
    this.record(new OrderCancelledEvent({ orderId: this.id }));
  }

  #mustBeOpen(): void {
    if (this.state.status !== 'placed') throw new OrderClosed(`order ${this.id} is ${this.state.status}`);
  }
  #set(change: Partial<OrderState>): void {
    this.state = { ...this.state, ...change };
  }
}

abstract class Orders {
  abstract find(id: string): Promise<OrderRoot | undefined>;
  abstract save(order: OrderRoot): Promise<void>;
}
/** Numbers that count up: an effect that happens twice shows. */
abstract class Counts {
  abstract add(name: string, change: number): Promise<void>;
}

@EventsHandler(OrderPlacedEvent)
@Subscription('order-service.count')
class CountWhenOrderPlaced implements IEventHandler<OrderPlacedEvent> {
  constructor(private readonly counts: Counts) {}

  handle(): Promise<void> {
    return this.counts.add('placed', 1);
  }
}

@EventsHandler(OrderPaidEvent)
@Subscription('order-service.receipt', { effect: 'outside' })
class MailWhenOrderPaid implements IEventHandler<OrderPaidEvent> {
  constructor(private readonly mailer: Mailer) {}

  handle({ eventId, payload }: OrderPaidEvent): Promise<void> {
    return this.mailer.send({ to: payload.orderId, subject: 'receipt', text: '', messageId: `${eventId}.receipt` });
  }
}

class Reserve {
  static readonly COMMAND_NAME = 'order-service.reserve';
  constructor(readonly orderId: string) {}
}
class Release {
  static readonly COMMAND_NAME = 'order-service.release';
  constructor(readonly orderId: string) {}
}
class Remind {
  static readonly COMMAND_NAME = 'order-service.remind';
  constructor(readonly orderId: string) {}
}

@CommandHandler(Reserve)
class ReserveHandler implements ICommandHandler<Reserve> {
  constructor(private readonly counts: Counts) {}

  execute(): Promise<void> {
    return this.counts.add('reserved', 1);
  }
}

@CommandHandler(Release)
class ReleaseHandler implements ICommandHandler<Release> {
  constructor(private readonly counts: Counts) {}

  execute(): Promise<void> {
    return this.counts.add('reserved', -1);
  }
}

@CommandHandler(Remind)
class RemindHandler implements ICommandHandler<Remind> {
  constructor(private readonly mailer: Mailer) {}

  execute({ orderId }: Remind): Promise<void> {
    return this.mailer.send({ to: orderId, subject: 'still open', text: '', messageId: messageContext().messageId });
  }
}

@Saga('order-service.fulfilment')
class FulfilmentSaga extends ProcessManager<Order, 'reminder'> {
  readonly commands = [Reserve, Release, Remind];
  readonly transitions = [
    this.starts(
      Placed,
      ({ payload }) => payload.orderId,
      ({ payload: { orderId } }) => ({
        state: { orderId },
        commands: [reversible(new Reserve(orderId), { compensate: new Release(orderId) })],
        timers: [{ name: 'reminder', after: hours(1) }],
      }),
    ),
    this.continues(
      Paid,
      ({ payload }) => payload.orderId,
      () => ({ end: 'completed' }),
    ),
    this.continues(
      Cancelled,
      ({ payload }) => payload.orderId,
      () => ({ compensate: true }),
    ),
  ];
  readonly timers = this.fires({ reminder: ({ orderId }) => ({ commands: [new Remind(orderId)] }) });
}

@Module({
  providers: [
    CountWhenOrderPlaced,
    MailWhenOrderPaid,
    ReserveHandler,
    ReleaseHandler,
    RemindHandler,
    FulfilmentSaga,
    { provide: Orders, useFactory: () => Promise.reject(new Error('there is no database here')) },
    { provide: Counts, useFactory: () => Promise.reject(new Error('there is no database here')) },
  ],
})
class OrderServiceModule {}

class MemoryOrders extends Orders {
  constructor(
    private readonly database: MemoryDatabase,
    private readonly table: MemoryTable<StoredAggregate<OrderState>>,
  ) {
    super();
  }
  async find(id: string): Promise<OrderRoot | undefined> {
    const row = await this.table.get(id);
    return row && OrderRoot.of(row);
  }
  async save(order: OrderRoot): Promise<void> {
    await this.database.save(order, OrderRoot.AGGREGATE_TYPE, this.table, order.state);
  }
}

class MemoryCounts extends Counts {
  constructor(private readonly table: MemoryTable<{ readonly count: number }>) {
    super();
  }
  async add(name: string, change: number): Promise<void> {
    await this.table.update(name, (row) => ({ count: (row?.count ?? 0) + change }));
  }
}

export const orderService: ServiceDefinition = {
  name: 'order-service',
  module: OrderServiceModule,
  contracts: orderContracts,
  migrations: [],
  problems: {},
};

export const orderTwins: ServiceTwins = {
  definition: orderService,
  open(database) {
    const orders = database.table<StoredAggregate<OrderState>>('orders');
    const counts = database.table<{ readonly count: number }>('counts');
    return {
      twins: (): Twins =>
        new Map<Parameters<Twins['get']>[0], object>([
          [Orders, new MemoryOrders(database, orders)],
          [Counts, new MemoryCounts(counts)],
        ]),
      observable: () => ({
        orders: Object.fromEntries([...orders.committed].map(([id, { state }]) => [id, state])),
        counts: Object.fromEntries(counts.committed),
      }),
      aggregates: {
        Order: { stored: (id) => orders.committed.get(id)?.state, replayed: (history) => OrderRoot.replay(history).state },
      },
    };
  },
};

/** Nobody can ship this one: its events are parked. */
export const POISON = 'order-poison';

class NotShippable extends DomainError {
  readonly code = 'NOT_SHIPPABLE';
}

@Injectable()
@Consumer({ name: 'shipping-service.orders', order: 'strict' })
class ShippingConsumer {
  constructor(private readonly counts: Counts) {}

  @Consumes(Placed, Paid, Cancelled, Noted)
  async handleOrder({ eventName, payload }: RecordedEvent<Order>): Promise<void> {
    if (payload.orderId === POISON) throw new NotShippable('nobody can ship it');
    await this.counts.add(eventName, 1);
  }
}

@Injectable()
@Consumer({ name: 'shipping-service.labels', order: 'latest' })
class LabelConsumer {
  constructor(private readonly counts: Counts) {}

  @Consumes(Placed, Paid, Cancelled, Noted)
  async handleOrder({ payload }: RecordedEvent<Order>): Promise<void> {
    await this.counts.add(`label ${payload.orderId}`, 0);
  }
}

@Injectable()
@Consumer({ name: 'shipping-service.statistics', order: 'any' })
class StatisticsConsumer {
  constructor(private readonly counts: Counts) {}

  @Consumes(Paid)
  async handlePaid(): Promise<void> {
    await this.counts.add('paid', 1);
  }
}

@Module({
  providers: [ShippingConsumer, LabelConsumer, StatisticsConsumer, { provide: Counts, useFactory: () => ({}) }],
})
class ShippingServiceModule {}

export const shippingService: ServiceDefinition = { ...orderService, name: 'shipping-service', module: ShippingServiceModule };

export const shippingTwins: ServiceTwins = {
  definition: shippingService,
  open(database) {
    const counts = database.table<{ readonly count: number }>('counts');
    return {
      twins: (): Twins => new Map([[Counts, new MemoryCounts(counts)]]),
      observable: () => Object.fromEntries(counts.committed),
      aggregates: {},
    };
  },
};

export const shopRules = { 'shipping-service': orderContracts.map((event) => ({ event })) };

function command(label: string, run: CommandInput['run']): CommandInput {
  return { kind: 'command', service: 'order-service', label, actor: { id: 'customer' }, run };
}

async function change(app: Parameters<CommandInput['run']>[0], id: string, act: (order: OrderRoot) => void): Promise<void> {
  const orders = app.get(Orders);
  const order = await orders.find(id);
  if (order === undefined) throw new NotFound('Order', id);
  act(order);
  await orders.save(order);
}

/** Some customers, each with an order. It is cancelled at rest only: whether stock was reserved by then must not be a race. */
export function shopWorkload(seed: number): Workload {
  const random = new SeededRandom(seed).fork('shop');
  const changed = (how: 'pay' | 'cancel' | 'note', id: string): CommandInput =>
    command(`${how} ${id}`, (app) => change(app, id, (order) => order[how]()));
  const ids = Array.from({ length: 6 }, (_, index) => (index === 3 ? POISON : `order-${index}`));
  const placed = ids.map((id) => [
    command(`place ${id}`, async (app) => app.get(Orders).save(OrderRoot.place(id))),
    ...Array.from({ length: random.int(3) }, () => changed('note', id)),
    ...(random.chance(0.5) ? [changed('pay', id)] : []),
  ]);
  const ended = ids.map((id) => (random.chance(0.7) ? [changed('note', id), changed('cancel', id)] : []));
  return {
    batches: [{ lanes: placed.slice(0, 3) }, { lanes: [...placed.slice(3), ...ended.slice(0, 3)] }, { lanes: ended }],
    converges: true,
  };
}
