import { appendFileSync } from 'node:fs';
import type { EventReaction } from '../../src/application/event-reaction.ts';
import { EventBridgePublisher } from '../../src/infrastructure/event-bridge/event-bridge.publisher.ts';
import { Replica } from '../feed.fixture.ts';
import { asRequest, Lamp, lampContracts } from '../lamps.fixture.ts';

/** A service in a process of its own, to be killed: writes lamps one after the other and reports each on its standard output. */
const [, , url = '', published = '', run = ''] = process.argv;

export function countsEffects(self: () => Replica): EventReaction {
  return {
    subscription: 'lamp-service.effects',
    events: ['lamp.bought', 'lamp.lit'],
    effect: 'database',
    order: 'any',
    async handle(event) {
      const client = await self().unitOfWork.client();
      await client.query('INSERT INTO effects (event_id) VALUES ($1)', [event.eventId]);
    },
  };
}

export function publishesTo(file: string): EventBridgePublisher {
  return new EventBridgePublisher(
    'lamp-service',
    async (entries) => {
      appendFileSync(file, entries.map((entry) => `${JSON.parse(entry.detail).eventId}\n`).join(''));
      return entries.map(() => ({ accepted: true, busId: 'b' }));
    },
    lampContracts,
  );
}

if (run !== '') {
  const replica: Replica = new Replica(url, [countsEffects(() => replica)], [publishesTo(published)], 300).start();
  await Promise.all(
    Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; ; n++) {
        const id = `${run}-${writer}-${n}`;
        await asRequest(async () => {
          const lamp = Lamp.buy(id, id);
          lamp.light(n);
          await replica.lamps.save(lamp);
        });
        process.stdout.write(`${id}\n`);
      }
    }),
  );
}
