import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ListedTerm } from '../../../test/event-bridge/listed-term.ts';
import { ScriptedBus } from '../../../test/event-bridge/scripted-bus.ts';
import { lampContracts, lampEvent } from '../../../test/test-contracts.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import { EventBridgePublisher } from './event-bridge.publisher.ts';

const QUICK = { baseMs: 1, capMs: 4 };

/** `streams` streams with `each` events, interleaved. */
function events(streams: number, each: number): StoredEvent[] {
  return Array.from({ length: streams * each }, (_, index) => lampEvent(`l-${index % streams}`, 1 + Math.floor(index / streams)));
}

/** A reproducible source of numbers from 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Exactly three refusals in every ten answers, at random places: chance must not decide what a run costs. */
function threeOfTen(random: () => number): () => boolean {
  let block: boolean[] = [];
  return () => {
    if (block.length === 0) block = Array.from({ length: 10 }, (_, place) => place < 3);
    return block.splice(Math.floor(random() * block.length), 1)[0] ?? false;
  };
}

async function publish(bus: ScriptedBus, list: readonly StoredEvent[], options = {}): Promise<ListedTerm> {
  const term = new ListedTerm(list);
  await new EventBridgePublisher('lamp-service', bus.put, lampContracts, { ...QUICK, ...options }).consume(term);
  return term;
}

describe('EventBridge publisher', () => {
  test('is the subscription of the service to the events that leave it', () => {
    const publisher = new EventBridgePublisher('lamp-service', new ScriptedBus().put, lampContracts);
    expect(publisher.subscription).toBe('lamp-service.event-bridge');
    expect(publisher.events).toEqual(['lamp.bought', 'lamp.lit', 'lamp.broken']);
    expect(() => new EventBridgePublisher('s', new ScriptedBus().put, lampContracts, { callsInFlight: 17 })).toThrow(RangeError);
  });

  test('G21 everything is published once, in order, in full calls, and the checkpoint reaches the end', async () => {
    const bus = new ScriptedBus();
    const term = await publish(bus, events(100, 50));
    expect(bus.violations).toEqual([]);
    expect([bus.accepted.length, bus.sent, bus.outOfOrder()]).toEqual([5_000, 5_000, []]);
    expect(bus.calls.length).toBeLessThan(550);
    expect(term.advances.at(-1)).toBe(term.lastPosition);
    expect(term.advances).toEqual([...term.advances].sort((a, b) => a - b));
  });

  test('G21 one stream alone goes out in calls of ten, one after the other', async () => {
    const bus = new ScriptedBus();
    await publish(bus, events(1, 200));
    expect(bus.calls).toEqual(Array.from({ length: 20 }, () => 10));
    expect([bus.violations, bus.mostInFlight]).toEqual([[], 1]);
  });

  test('16 calls are in flight when there is work, never more', async () => {
    const bus = new ScriptedBus({ latencyMs: 10 });
    await publish(bus, events(1_000, 2));
    expect(bus.mostInFlight).toBe(16);
    const four = new ScriptedBus({ latencyMs: 2 });
    await publish(four, events(100, 2), { callsInFlight: 4 });
    expect(four.mostInFlight).toBe(4);
  });

  test.each([
    ['many streams', 1_000, 5],
    ['few streams with long queues', 20, 250],
  ])(
    'G21 with three of ten entries refused, %s lose nothing, keep order and cost at most 1.5 entries each',
    async (_case, streams, each) => {
      const random = seeded(streams);
      const bus = new ScriptedBus({ refuses: () => random() < 0.3 });
      const term = await publish(bus, events(streams, each));
      expect(bus.violations).toEqual([]);
      expect(bus.outOfOrder()).toEqual([]);
      expect([...bus.versions().values()].map((versions) => new Set(versions).size)).toEqual(
        Array.from({ length: streams }, () => each),
      );
      expect(term.advances.at(-1)).toBe(term.lastPosition);
      expect(bus.sent / (streams * each)).toBeLessThanOrEqual(1.5);
    },
  );

  test('F9 however many streams share the events, three refusals in ten cost at most 1.5 entries for each accepted one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(12, 40, 150, 600), fc.integer(), async (streams, seed) => {
        const bus = new ScriptedBus({ refuses: threeOfTen(seeded(seed)) });
        const list = events(streams, Math.ceil(2_400 / streams));
        const term = await publish(bus, list, { baseMs: 0 });
        expect(bus.violations).toEqual([]);
        expect(bus.outOfOrder()).toEqual([]);
        expect(new Set(bus.accepted.map(({ stream, version }) => `${stream}/${version}`)).size).toBe(list.length);
        expect(term.advances.at(-1)).toBe(term.lastPosition);
        expect(bus.sent / list.length).toBeLessThanOrEqual(1.5);
      }),
      { numRuns: 8 },
    );
  });

  test('F9 whatever fails and however large the events are, order is kept, nothing is lost and every limit holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ stream: fc.nat(5), bytes: fc.constantFrom(0, 100, 900, 2_000) }), { minLength: 1, maxLength: 80 }),
        fc.integer(),
        async (shapes, seed) => {
          const random = seeded(seed);
          const bus = new ScriptedBus({
            refuses: () => random() < 0.2,
            fails: () => (random() < 0.1 ? 'before' : random() < 0.1 && 'after'),
            entriesPerCall: 10,
            bytesPerCall: 5_000,
          });
          const next = new Map<number, number>();
          const list = shapes.map(({ stream, bytes }) => {
            const version = (next.get(stream) ?? 0) + 1;
            next.set(stream, version);
            return lampEvent(`l-${stream}`, version, { payload: JSON.stringify({ ownerId: 'é'.repeat(bytes / 2), lumen: 1 }) });
          });
          const term = await publish(bus, list, { bytesPerCall: 5_000, baseMs: 0 });
          expect(bus.violations).toEqual([]);
          expect(bus.outOfOrder()).toEqual([]);
          expect(new Set(bus.accepted.map(({ stream, version }) => `${stream}/${version}`)).size).toBe(list.length);
          expect(term.advances.at(-1)).toBe(term.lastPosition);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('F9 a stream that the bus keeps refusing does not stop the others, and the checkpoint waits for it', async () => {
    let mended = false;
    const bus = new ScriptedBus({ refuses: ({ stream }) => stream === 'Lamp/l-1' && !mended });
    const term = new ListedTerm(events(300, 20));
    const running = new EventBridgePublisher('lamp-service', bus.put, lampContracts, QUICK).consume(term);
    await expect.poll(() => bus.accepted.length).toBe(299 * 20);
    expect(term.advances.at(-1)).toBe(3);
    mended = true;
    await running;
    expect(term.advances.at(-1)).toBe(term.lastPosition);
    expect([bus.violations, bus.outOfOrder()]).toEqual([[], []]);
  });

  test('a bus that is away is asked again until it is back', async () => {
    let away = 40;
    const bus = new ScriptedBus({ fails: () => away-- > 0 && 'before' });
    const publisher = new EventBridgePublisher('lamp-service', bus.put, lampContracts, QUICK);
    const term = new ListedTerm(events(10, 3));
    await publisher.consume(term);
    expect(term.advances.at(-1)).toBe(term.lastPosition);
    expect(publisher.stats).toMatchObject({ failedCalls: 40, accepted: 30, lastError: expect.stringContaining('slow down') });
  });

  test('F26 no more than the window is taken while the bus does not answer; the end of the term ends it', async () => {
    const bus = new ScriptedBus({ fails: () => 'before' });
    const term = new ListedTerm(events(5_000, 1));
    const running = new EventBridgePublisher('lamp-service', bus.put, lampContracts, QUICK).consume(term);
    await expect.poll(() => bus.calls.length).toBeGreaterThan(300);
    expect(term.taken).toBeGreaterThan(1_000);
    expect(term.taken).toBeLessThanOrEqual(2_000);
    term.end();
    await running;
    const calls = bus.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([bus.calls.length, term.advances]).toEqual([calls, []]);
  });

  test('what is under way when the term ends is finished and counts', async () => {
    const bus = new ScriptedBus({ latencyMs: 20 });
    const term = new ListedTerm(events(5, 2), { endsByItself: false });
    const running = new EventBridgePublisher('lamp-service', bus.put, lampContracts, QUICK).consume(term);
    await expect.poll(() => bus.mostInFlight).toBe(1);
    term.end();
    await running;
    expect([bus.accepted.length, term.advances.at(-1)]).toEqual([10, term.lastPosition]);
  });

  test('an event that no bus takes ends the term with its error', async () => {
    const bus = new ScriptedBus();
    const large = lampEvent('l-9', 1, { payload: `{"ownerId":"${'x'.repeat(300_000)}","lumen":1}` });
    await expect(publish(bus, [...events(5, 1), large])).rejects.toThrow(expect.objectContaining({ code: 'ENTRY_TOO_LARGE' }));
  });
});
