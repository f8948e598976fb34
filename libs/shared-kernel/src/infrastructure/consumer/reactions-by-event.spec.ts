import { expect, test } from 'vitest';
import { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import { LampBought, LampLit } from '../../../test/test-contracts.ts';
import { ReactionsByEvent } from './reactions-by-event.ts';

const ShopLit = { ...LampLit, name: 'shop.lit', producer: 'shop-service' };
const contracts = new EventContracts([LampBought, LampLit, ShopLit]);

function following(order: EventReaction['order'], ...events: string[]): ReactionsByEvent {
  return new ReactionsByEvent(contracts, [
    { subscription: 'shop.follow', events, effect: 'database', order, handle: async () => undefined },
  ]);
}

test('versions of two producers are no order: a consumer that needs one follows an aggregate of one service', () => {
  const followed = following('latest', 'lamp.lit', 'lamp.bought');
  expect(followed.of('lamp.lit')).toHaveLength(1);
  expect(following('any', 'lamp.lit', 'shop.lit').of('shop.lit')).toHaveLength(1);
  expect(() => following('latest', 'lamp.lit', 'shop.lit')).toThrow(
    expect.objectContaining({ code: 'ORDER_ACROSS_PRODUCERS', aggregateType: 'Lamp' }),
  );
  expect(() => following('strict', 'lamp.lit', 'lamp.bought', 'shop.lit')).toThrow(
    expect.objectContaining({ code: 'ORDER_ACROSS_PRODUCERS' }),
  );
});
