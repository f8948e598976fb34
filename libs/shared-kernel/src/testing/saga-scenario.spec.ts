import { describe, expect, test } from 'vitest';
import type { EventContract } from '../application/event-contract.ts';
import { hours } from '../application/durations.ts';
import { ProcessManager, reversible, Saga } from '../application/saga.ts';
import { sagaScenario } from './saga-scenario.ts';

interface Order {
  readonly orderId: string;
}
const contract = (name: string): EventContract<Order> => ({
  name,
  producer: 'test',
  aggregateType: 'Order',
  schemaVersion: 1,
  scope: 'local',
  personal: [],
  about: ({ orderId }) => orderId,
  parse: () => ({ orderId: '' }),
  read: () => ({ orderId: '' }),
});
const Placed = contract('order.placed');
const Paid = contract('order.paid');
const Withdrawn = contract('order.withdrawn');
const Odd = contract('order.odd');

class Reserve {
  static readonly COMMAND_NAME = 'test.reserve';
  constructor(readonly orderId: string) {}
}
class Release {
  static readonly COMMAND_NAME = 'test.release';
  constructor(readonly orderId: string) {}
}
class Remind {
  static readonly COMMAND_NAME = 'test.remind';
  constructor(
    readonly orderId: string,
    readonly count: number,
  ) {}
}
class Unlisted {
  static readonly COMMAND_NAME = 'test.unlisted';
}

interface State extends Order {
  readonly reminders: number;
}

@Saga('test.order')
class OrderSaga extends ProcessManager<State, 'reminder'> {
  readonly commands = [Reserve, Release, Remind];
  readonly transitions = [
    this.starts(
      Placed,
      ({ payload }) => payload.orderId,
      ({ payload: { orderId } }) => ({
        state: { orderId, reminders: 0 },
        commands: [reversible(new Reserve(orderId), { compensate: new Release(orderId) })],
        timers: [{ name: 'reminder', after: hours(24) }],
      }),
    ),
    this.continues(
      Paid,
      ({ payload }) => payload.orderId,
      () => ({ end: 'completed' }),
    ),
    this.continues(
      Withdrawn,
      ({ payload }) => payload.orderId,
      () => ({ compensate: true }),
    ),
    this.continues(
      Odd,
      ({ payload }) => payload.orderId,
      () => ({ commands: [new Unlisted()] }),
    ),
  ];
  readonly timers = this.fires({
    reminder: ({ orderId, reminders }) => ({
      state: { orderId, reminders: reminders + 1 },
      commands: [new Remind(orderId, reminders + 1)],
      timers: reminders < 2 ? [{ name: 'reminder', after: hours(24) }] : [],
    }),
  });
}

@Saga('test.strict-order')
class StrictOrderSaga extends OrderSaga {
  override readonly onFailure = 'compensate';
}

const order = { orderId: 'o-1' };

describe('a saga', () => {
  test('answers events with commands, and time with what its timers say', () => {
    sagaScenario(new OrderSaga())
      .when(Placed, order)
      .sends([new Reserve('o-1')])
      .advance('23h')
      .sends([])
      .advance('49h')
      .sends([new Remind('o-1', 1), new Remind('o-1', 2), new Remind('o-1', 3)])
      .advance('30d')
      .sends([])
      .hasState('o-1', { orderId: 'o-1', reminders: 3 })
      .hasStatus('o-1', 'running');
  });

  test('changes nothing when an event comes twice, was never awaited, or comes after the end', () => {
    sagaScenario(new OrderSaga())
      .when(Paid, order)
      .hasStatus('o-1', 'not started')
      .when(Placed, order)
      .again()
      .when(Placed, order)
      .sends([new Reserve('o-1')])
      .when(Paid, order)
      .hasStatus('o-1', 'completed')
      .when(Withdrawn, order)
      .advance('30d')
      .sends([])
      .hasStatus('o-1', 'completed');
  });

  test('compensates what was done', () => {
    sagaScenario(new OrderSaga())
      .when(Placed, order)
      .sends([new Reserve('o-1')])
      .when(Withdrawn, order)
      .sends([new Release('o-1')])
      .hasStatus('o-1', 'compensated')
      .advance('30d')
      .sends([]);
  });

  test('does not undo a step that was refused', () => {
    sagaScenario(new StrictOrderSaga())
      .refusing(Reserve)
      .when(Placed, order)
      .sends([new Reserve('o-1')])
      .hasStatus('o-1', 'compensated');
  });

  test('may send only commands it lists', () => {
    const scenario = sagaScenario(new OrderSaga()).when(Placed, order);
    expect(() => scenario.when(Odd, order)).toThrow('the command test.unlisted (Unlisted) is not listed');
    scenario
      .sends([new Reserve('o-1')])
      .advance('24h')
      .sends([new Remind('o-1', 1)]);
  });

  test('is told when it sends something else than expected', () => {
    const scenario = sagaScenario(new OrderSaga()).when(Placed, order);
    expect(() => scenario.sends([new Reserve('o-2')])).toThrow('o-2');
  });
});
