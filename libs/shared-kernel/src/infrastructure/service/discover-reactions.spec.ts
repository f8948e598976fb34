import { Module, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { EventsHandler } from '@nestjs/cqrs';
import { expect, test } from 'vitest';
import { Subscription } from '../../application/subscription.ts';
import { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { discover, type Discovered } from './discover-reactions.ts';

class LampBought extends BaseDomainEvent<{ lampId: string }> {
  static override readonly EVENT_NAME = 'lamp.bought';
}

@EventsHandler(LampBought)
@Subscription('lamps.mail', { effect: 'outside', startAt: 'now' })
class MailsReceipt {
  async handle(): Promise<void> {}
}

@EventsHandler(LampBought)
@Subscription('lamps.mail')
class MailsReceiptToo {
  async handle(): Promise<void> {}
}

@EventsHandler(LampBought)
class CountsLamps {
  async handle(): Promise<void> {}
}

async function discoverIn(...providers: Type[]): Promise<Discovered> {
  @Module({ imports: [DiscoveryModule], providers })
  class ServiceModule {}
  const app = await NestFactory.createApplicationContext(ServiceModule, { logger: false });
  try {
    return discover(app.get(DiscoveryService));
  } finally {
    await app.close();
  }
}

test('a handler with a name becomes a reaction to its events as it declares', async () => {
  const { reactions } = await discoverIn(MailsReceipt);
  expect(reactions).toMatchObject([
    { startAt: 'now', reaction: { subscription: 'lamps.mail', events: ['lamp.bought'], effect: 'outside', order: 'any' } },
  ]);
});

test('a handler without a name is refused: it would have no checkpoint', async () => {
  await expect(discoverIn(CountsLamps)).rejects.toMatchObject({ code: 'SUBSCRIPTION_UNNAMED', handler: 'CountsLamps' });
});

test('two handlers of one name are refused: each would miss what the other has handled', async () => {
  await expect(discoverIn(MailsReceipt, MailsReceiptToo)).rejects.toMatchObject({
    code: 'SUBSCRIPTION_TWICE',
    subscription: 'lamps.mail',
  });
});
