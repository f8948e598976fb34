import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../application/stored-event.ts';
import { NO_STREAM } from '../../domain/stream-position.ts';
import { chainHash } from './hash-chain.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\\', 'é', '\u0000'), maxLength: 4 });
const number = fc.nat({ max: 20 });
const event: fc.Arbitrary<StoredEvent> = fc.record(
  {
    eventId: text,
    eventName: text,
    schemaVersion: number,
    aggregateType: text,
    aggregateId: text,
    streamVersion: number,
    occurredAt: text,
    recordedAt: text,
    correlationId: text,
    causationId: text,
    userId: text,
    actor: text,
    traceparent: text,
    payload: text,
  },
  {
    requiredKeys: [
      'eventId',
      'eventName',
      'schemaVersion',
      'aggregateType',
      'aggregateId',
      'streamVersion',
      'occurredAt',
      'recordedAt',
      'correlationId',
      'causationId',
      'userId',
      'actor',
      'payload',
    ],
  },
);

interface Link {
  readonly event: StoredEvent;
  readonly hash: string;
}

function chained(events: readonly StoredEvent[]): Link[] {
  let hash = NO_STREAM.hash;
  return events.map((each) => ({ event: each, hash: (hash = chainHash(hash, each)) }));
}

function verifies(links: readonly Link[]): boolean {
  let previous = NO_STREAM.hash;
  return links.every(({ event: each, hash }) => {
    const right = chainHash(previous, each) === hash;
    previous = hash;
    return right;
  });
}

const stream = fc.uniqueArray(event, {
  minLength: 2,
  maxLength: 6,
  selector: (each) => JSON.stringify(Object.entries(each).sort()),
});

describe('A10 the hash chain', () => {
  test('of an untouched stream verifies', () => {
    fc.assert(
      fc.property(stream, (events) => verifies(chained(events))),
      { numRuns: 200 },
    );
  });

  test('differs for two events that differ in anything, also where text moves from one field to the next', () => {
    fc.assert(
      fc.property(event, event, (one, other) => {
        const same = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
        return same === (chainHash(NO_STREAM.hash, one) === chainHash(NO_STREAM.hash, other));
      }),
      { numRuns: 1_000 },
    );
  });

  test('detects a change of any field of any event', () => {
    const fields = fc.constantFrom<keyof StoredEvent>(
      'eventId',
      'eventName',
      'schemaVersion',
      'aggregateType',
      'aggregateId',
      'streamVersion',
      'occurredAt',
      'recordedAt',
      'correlationId',
      'causationId',
      'userId',
      'actor',
      'traceparent',
      'payload',
    );
    fc.assert(
      fc.property(stream, fc.nat(), fields, event, (events, at, field, source) => {
        const index = at % events.length;
        fc.pre(events[index]?.[field] !== source[field]);
        const links = chained(events).map((link, place) =>
          place === index ? { ...link, event: { ...link.event, [field]: source[field] } } : link,
        );
        return !verifies(links);
      }),
      { numRuns: 2_000 },
    );
  });

  test('detects a changed hash, events in another order, a removed one (the last apart) and one put in', () => {
    fc.assert(
      fc.property(stream, fc.nat(), event, (events, at, foreign) => {
        const links = chained(events);
        expect(verifies(links)).toBe(true);
        const index = at % (links.length - 1);
        const swapped = [...links.slice(0, index), ...links.slice(index, index + 2).toReversed(), ...links.slice(index + 2)];
        const renamed = links.map((link, place) => (place === index ? { ...link, hash: 'f'.repeat(64) } : link));
        const inserted = links.toSpliced(index, 0, { event: foreign, hash: chainHash(links[index]?.hash ?? '', foreign) });
        expect([swapped, links.toSpliced(index, 1), inserted, renamed].map(verifies)).toEqual([false, false, false, false]);
      }),
      { numRuns: 500 },
    );
  });

  test('does not tell of a cut tail: the anchor does', () => {
    fc.assert(
      fc.property(stream, (events) => verifies(chained(events).slice(0, -1))),
      { numRuns: 50 },
    );
  });
});
