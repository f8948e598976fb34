import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDeliveries, type Deliveries, type LoggedEvent } from './deliveries.ts';
import { SeededRandom } from './seeded-random.ts';

type Order = Deliveries['order'];
const ORDERS: readonly Order[] = ['any', 'latest', 'strict'];
const subscription = 'lamps.effects';

function logOf(streams: number, versions: number): LoggedEvent[] {
  return Array.from({ length: streams * versions }, (_, n) => {
    const [stream, version] = [`Lamp/${n % streams}`, Math.floor(n / streams) + 1];
    return { eventId: `${stream}@${version}`, stream, version };
  });
}

const log = logOf(3, 4);
const ids = log.map(({ eventId }) => eventId);
const kinds = (order: Order, handled: readonly string[], more: Partial<Deliveries> = {}): string[] =>
  checkDeliveries(log, [{ subscription, order, handled, ...more }]).map(({ kind, eventId }) => `${kind} ${eventId}`);
const moved = (from: string, to: number): string[] => ids.filter((id) => id !== from).toSpliced(to, 0, from);

/** Streams run at speeds of their own; within a stream the order stays. */
function interleaved(events: readonly LoggedEvent[], random: SeededRandom): string[] {
  const lanes = [...Map.groupBy(events, ({ stream }) => stream).values()].map((lane) => [...lane]);
  return events.flatMap(() => random.pick(lanes.filter((lane) => lane.length > 0)).splice(0, 1)).map(({ eventId }) => eventId);
}

test.each(ORDERS)('%s: any interleaving of streams that keeps each of them is sound', (order) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 }), (seed, streams, versions) => {
      const random = new SeededRandom(seed);
      const events = logOf(streams, versions);
      const shuffledLog = events.map((event) => ({ event, key: random.next() })).toSorted((a, b) => a.key - b.key);
      const handled = interleaved(events, random);
      const found = checkDeliveries(
        shuffledLog.map(({ event }) => event),
        [{ subscription, order, handled }],
      );
      expect(found).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

describe('one fault is found, by its name, and nothing else', () => {
  const last = 'Lamp/1@4';
  const middle = 'Lamp/1@2';

  test.each(ORDERS)('%s: the newest event of a stream was never handled', (order) => {
    expect(kinds(order, ids)).toEqual([]);
    expect(
      kinds(
        order,
        ids.filter((id) => id !== last),
      ),
    ).toEqual([`lost ${last}`]);
  });

  test('an event within a stream was never handled: `latest` may leave it out, `strict` has a gap', () => {
    const handled = ids.filter((id) => id !== middle);
    expect(kinds('any', handled)).toEqual([`lost ${middle}`]);
    expect(kinds('latest', handled)).toEqual([]);
    expect(kinds('strict', handled)).toEqual([`lost ${middle}`, 'gap Lamp/1@3']);
  });

  test('an event was handled after a newer one of its stream', () => {
    const handled = moved(middle, ids.length);
    expect(kinds('any', handled)).toEqual([]);
    expect(kinds('latest', handled)).toEqual([`inverted ${middle}`]);
    expect(kinds('strict', handled)).toEqual([`inverted ${middle}`]);
  });

  test.each(ORDERS)('%s: an event was handled twice; an effect that happens at least once may', (order) => {
    const handled = [...ids, middle];
    expect(kinds(order, handled)).toEqual([`doubled ${middle}`]);
    expect(kinds(order, handled, { atLeastOnce: true })).toEqual([]);
  });

  test.each(ORDERS)('%s: an event that is in no log, or not for this subscription, was handled', (order) => {
    const takes = ({ stream }: LoggedEvent): boolean => stream !== 'Lamp/2';
    const mine = ids.filter((id) => !id.startsWith('Lamp/2'));
    expect(kinds(order, mine, { takes })).toEqual([]);
    expect(kinds(order, [...mine, 'rolled back'], { takes })).toEqual(['unexpected rolled back']);
    expect(kinds(order, [...mine, 'Lamp/2@1'], { takes })).toEqual(['unexpected Lamp/2@1']);
  });

  test('a strict subscription that takes some of the events has no gap where it takes none', () => {
    const takes = ({ version }: LoggedEvent): boolean => version !== 2;
    expect(
      kinds(
        'strict',
        ids.filter((id) => !id.endsWith('@2')),
        { takes },
      ),
    ).toEqual([]);
    expect(
      kinds(
        'strict',
        ids.filter((id) => !id.endsWith('@2') && id !== 'Lamp/0@3'),
        { takes },
      ),
    ).toEqual(['lost Lamp/0@3', 'gap Lamp/0@4']);
  });

  test('an anomaly names the subscription and both events', () => {
    const sound: Deliveries = { subscription: 'sound', order: 'strict', handled: ids };
    const found = checkDeliveries(log, [sound, { subscription, order: 'strict', handled: moved(middle, ids.length) }]);
    expect(found).toEqual([
      {
        kind: 'inverted',
        subscription,
        eventId: middle,
        detail: 'version 2 of Lamp/1 was handled after version 4',
        events: [
          { eventId: last, stream: 'Lamp/1', version: 4 },
          { eventId: middle, stream: 'Lamp/1', version: 2 },
        ],
      },
    ]);
  });
});
