import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PublishWindow } from './publish-window.ts';

const MIB = 1024 * 1024;

describe('A6 the publish window', () => {
  test('advances to just before the oldest unpublished event, in whatever order events are published, and never back', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(gaps, fc.array(fc.nat()), (distances, picks) => {
        const advances: number[] = [];
        const window = new PublishWindow((position) => advances.push(position));
        const pending: { position: number; done: () => void }[] = [];
        const taken: number[] = [];
        const publish = (pick: number): void => {
          const [next] = pending.splice(pick % pending.length, 1);
          next?.done();
          const oldest = Math.min(...pending.map(({ position }) => position));
          const expected = taken.filter((position) => position < oldest).at(-1);
          expect(advances.at(-1)).toBe(expected);
          expect(advances).toEqual([...new Set(advances)].toSorted((a, b) => a - b));
        };
        let position = 0;
        for (const [index, distance] of distances.entries()) {
          position += distance;
          taken.push(position);
          pending.push({ position, done: window.add(position, 1) });
          const pick = picks[index];
          if (pick !== undefined && pick % 2 === 0) publish(pick);
        }
        while (pending.length > 0) publish(picks[pending.length] ?? 0);
        expect(advances.at(-1)).toBe(position);
      }),
      { numRuns: 300 },
    );
  });

  test('has room exactly while at most half of its events and bytes are pending, and never for more than 2,000 events', async () => {
    const step = fc.record({
      add: fc.constantFrom(1, 400, 999),
      bytes: fc.constantFrom(100, 16 * 1024, 5 * MIB),
      publish: fc.integer({ min: 0, max: 1_400 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const window = new PublishWindow(() => undefined);
        const pending: { bytes: number; done: () => void }[] = [];
        const full = (): boolean => pending.length > 1_000 || pending.reduce((sum, { bytes }) => sum + bytes, 0) > 16 * MIB;
        let position = 0;
        for (const { add, bytes, publish } of steps) {
          for (let n = 0; n < add; n++) pending.push({ bytes, done: window.add(++position, bytes) });
          const ended = new AbortController();
          let room: number | undefined;
          const asked = window.room(ended.signal).then((events) => (room = events));
          await Promise.resolve();
          await Promise.resolve();
          expect(room).toBe(full() ? undefined : 2_000 - pending.length);
          for (let n = 0; n < publish && room === undefined; n++) {
            pending.shift()?.done();
            await new Promise((resolve) => process.nextTick(resolve));
            expect(room === undefined).toBe(full());
          }
          ended.abort();
          await asked;
          expect(room).toBeDefined();
        }
      }),
      { numRuns: 25 },
    );
  });
});
