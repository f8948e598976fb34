import { describe, expect, test } from 'vitest';
import { LampBought, LampLit, type LampBought as Bought, type LampLit as Lit } from '../../test/test-contracts.ts';
import type { RecordedEvent } from '../domain/recorded-event.ts';
import { Consumer, Consumes, isConsumer, reactionsOf } from './consumer.ts';

@Consumer({ name: 'shop-service.lamps' })
class LampEventsConsumer {
  readonly seen: string[] = [];

  @Consumes(LampBought)
  async handleLampBought(event: RecordedEvent<Bought>): Promise<void> {
    this.seen.push(event.payload.colour);
  }

  @Consumes(LampBought, LampLit)
  async count(event: RecordedEvent<Bought> | RecordedEvent<Lit>): Promise<void> {
    this.seen.push(event.eventName);
  }
}

@Consumer({ name: 'shop-service.strict', order: 'strict' })
class StrictConsumer {
  @Consumes(LampLit)
  async handle(): Promise<void> {}
}

class Undecorated {}

const event: RecordedEvent<Bought> = {
  eventId: 'e',
  eventName: 'lamp.bought',
  schemaVersion: 2,
  aggregateType: 'Lamp',
  aggregateId: 'l-1',
  streamVersion: 1,
  occurredAt: '',
  recordedAt: '',
  correlationId: '',
  causationId: '',
  userId: '',
  actor: { id: 'a', type: 'user' },
  payload: { ownerId: 'o', colour: 'red' },
};

describe('consumer', () => {
  test('each decorated method is a reaction of its own, named after consumer and method', async () => {
    const consumer = new LampEventsConsumer();
    const reactions = reactionsOf(consumer);
    expect(reactions.map(({ subscription, events, effect, order }) => [subscription, events, effect, order])).toEqual([
      ['shop-service.lamps.handleLampBought', ['lamp.bought'], 'database', 'latest'],
      ['shop-service.lamps.count', ['lamp.bought', 'lamp.lit'], 'database', 'latest'],
    ]);
    for (const reaction of reactions) await reaction.handle(event);
    expect(consumer.seen).toEqual(['red', 'lamp.bought']);
  });

  test('the order of the consumer is that of its methods', () => {
    expect(reactionsOf(new StrictConsumer()).map(({ order }) => order)).toEqual(['strict']);
  });

  test('a class that is no consumer is refused', () => {
    expect([isConsumer(LampEventsConsumer), isConsumer(Undecorated)]).toEqual([true, false]);
    expect(() => reactionsOf(new Undecorated())).toThrow(expect.objectContaining({ code: 'NOT_A_CONSUMER' }));
  });

  test('a method that does not accept what the contract describes does not compile', () => {
    class Wrong {
      // @ts-expect-error the payload of LampLit has no colour
      @Consumes(LampLit)
      async handle(received: RecordedEvent<Bought>): Promise<void> {
        expect(received).toBeDefined();
      }
      // @ts-expect-error one of two events is not accepted
      @Consumes(LampBought, LampLit)
      async both(received: RecordedEvent<Bought>): Promise<void> {
        expect(received).toBeDefined();
      }
    }
    expect(isConsumer(Wrong)).toBe(false);
  });
});
