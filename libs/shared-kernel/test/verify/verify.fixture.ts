import type { RecordedEvent } from '../../src/domain/recorded-event.ts';
import { EventBridgePublisher } from '../../src/infrastructure/event-bridge/event-bridge.publisher.ts';
import type { PutEvents } from '../../src/infrastructure/event-bridge/put-events.ts';
import type { Verdict } from '../../src/infrastructure/verify/verdict.ts';
import { verifyDatabase, type VerifyOptions } from '../../src/infrastructure/verify/verify-database.ts';
import { Replica } from '../feed.fixture.ts';
import { buy, light, reaction } from '../lamp-world.fixture.ts';
import { lampContracts } from '../lamps.fixture.ts';

/** Takes everything; what it took is in `sent`. */
export function openBus(): { put: PutEvents; sent: { detailType: string; source: string; detail: string }[] } {
  const sent: { detailType: string; source: string; detail: string }[] = [];
  const put: PutEvents = async (entries) => {
    sent.push(...entries.map(({ detailType, source, detail }) => ({ detailType, source, detail })));
    return entries.map((_, index) => ({ accepted: true, busId: `bus-${index}` }));
  };
  return { put, sent };
}

/**
 * A lamp service: a reaction that fails at first and never takes lamp `p`, one that lights lamp `a` when lamp `f` is bought, a publisher.
 */
export function lampService(url: string, put: PutEvents = openBus().put): Replica {
  const tried = new Set<string>();
  const self: Replica = new Replica(
    url,
    [
      reaction(async (event) => {
        if (event.aggregateId === 'p') throw new Error('poison');
        if (tried.size < 5 && !tried.has(event.eventId)) {
          tried.add(event.eventId);
          throw new Error('not yet');
        }
      }),
      reaction((event) => lightsTheFirst(self, event), {
        subscription: 'lamp-service.lights',
        events: ['lamp.bought'],
        effect: 'database',
      }),
    ],
    [new EventBridgePublisher('lamp-service', put, lampContracts)],
  );
  return self;
}

/** Eleven events: four of lamp `a`, the last caused by `f`; two of `p`, which is parked; everything comes to rest. */
export async function work(self: Replica): Promise<void> {
  self.start();
  await buy(self, 'a', 'b', 'c', 'd', 'e', 'p');
  await light(self, 'a', 2);
  await light(self, 'p');
  await self.settle();
  await buy(self, 'f');
  await self.settle();
}

/** What lamp `f` caused: another version of `a`. */
async function lightsTheFirst(self: Replica, event: RecordedEvent): Promise<void> {
  if (event.aggregateId !== 'f') return;
  const lamp = await self.lamps.get('a');
  lamp.light(100);
  await self.lamps.save(lamp);
}

/** After everything has come to rest nothing may be under way. */
export function verdictOn(url: string, options: Partial<VerifyOptions> = {}): Promise<Verdict> {
  return verifyDatabase(url, { service: 'lamp-service', graceMs: 0, ...options });
}

/** `invariant place` of each violation. */
export function places({ violations }: Verdict): string[] {
  return violations.map(({ invariant, place }) => `${invariant} ${place}`);
}

export function invariants({ violations }: Verdict): string[] {
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

export function looked({ checked }: Verdict): Record<string, number> {
  return Object.fromEntries(checked.map((one) => [one.invariant, one.looked]));
}
