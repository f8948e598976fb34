import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ProcessRecord } from '../../src/infrastructure/consumer/queue-record.ts';
import { lampEvent } from '../test-contracts.ts';
import { busBody, LampShop } from './lamp-shop.ts';

/** Delivers the bodies together, once, and answers which of them were acknowledged. */
export type ConsumerEntry = (processRecord: ProcessRecord, bodies: readonly string[]) => Promise<boolean[]>;

/** What the ways into a consumer have in common. */
export function consumerEntryContract(deliver: ConsumerEntry): void {
  let shop: LampShop;
  beforeAll(async () => {
    shop = await LampShop.open();
  });
  beforeEach(() => shop.clear());
  afterAll(() => shop.close());

  const ten = () => Array.from({ length: 10 }, (_, index) => lampEvent(`l-${index}`, 1));

  test('G27 events from the bus reach the handler and are acknowledged', async () => {
    const acknowledged = await deliver(
      shop.processor([shop.reaction('a')]),
      ten().map((event) => busBody(event)),
    );
    expect(acknowledged).toEqual(Array.from({ length: 10 }, () => true));
    expect((await shop.effects()).toSorted()).toEqual(ten().map(({ aggregateId }) => `a ${aggregateId}/1`));
  });

  test('G27 one bad record of 10 leaves 9 acknowledged', async () => {
    const events = ten();
    const reaction = shop.reaction('a');
    const picky = {
      ...reaction,
      handle: async (event: Parameters<typeof reaction.handle>[0]) => {
        if (event.aggregateId === 'l-4') throw new Error('not this one');
        await reaction.handle(event);
      },
    };
    const process = shop.processor([picky], () => ({ kind: 'retry', afterMs: 60_000 }));
    const acknowledged = await deliver(
      process,
      events.map((event) => busBody(event)),
    );
    expect(acknowledged).toEqual(events.map(({ aggregateId }) => aggregateId !== 'l-4'));
    expect(await shop.effects()).toHaveLength(9);
  });

  test('G26 garbage among good messages is parked and acknowledged', async () => {
    const acknowledged = await deliver(shop.processor([shop.reaction('a')]), ['garbage', busBody(lampEvent('l-1', 1)), '']);
    expect(acknowledged).toEqual([true, true, true]);
    expect([await shop.effects(), (await shop.parked()).length]).toEqual([['a l-1/1'], 2]);
  });

  test('messages of one stream that come together are handled in order', async () => {
    const versions = [4, 2, 5, 1, 3];
    await deliver(
      shop.processor([shop.reaction('a')]),
      versions.map((version) => busBody(lampEvent('l-1', version))),
    );
    expect(await shop.effects()).toEqual([1, 2, 3, 4, 5].map((version) => `a l-1/${version}`));
  });

  test('a record whose processing breaks is not acknowledged', async () => {
    const bodies = ten().map((event) => busBody(event));
    const broken: ProcessRecord = async ({ body }) => {
      if (body === bodies[0]) throw new Error('unexpected');
      return 'done';
    };
    expect(await deliver(broken, bodies)).toEqual(bodies.map((_, index) => index !== 0));
  });
}
