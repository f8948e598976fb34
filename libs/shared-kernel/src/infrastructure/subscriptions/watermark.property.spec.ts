import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Watermark } from './watermark.ts';

test('the watermark is the last position before the first unfinished one, in whatever order work begins and finishes', () => {
  const step = fc.record({ begin: fc.integer({ min: 0, max: 400 }), finish: fc.nat({ max: 400 }), pick: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 16 }), fc.integer({ min: 1, max: 3 }), (steps, distance) => {
      const watermark = new Watermark();
      const begun: number[] = [];
      const unfinished: number[] = [];
      let low = 0;
      for (const { begin, finish, pick } of steps) {
        for (let n = 0; n < begin; n++) {
          const position = (begun.length + 1) * distance;
          begun.push(position);
          unfinished.push(position);
          watermark.begin(position);
        }
        for (let n = 0; n < finish && unfinished.length > 0; n++) {
          const [position = 0] = unfinished.splice((pick * (n + 1)) % Math.min(unfinished.length, 1 + (pick % 40)), 1);
          const first = unfinished[0] ?? Infinity;
          low = first === Infinity ? (begun.at(-1) ?? 0) : first - distance;
          expect(watermark.done(position)).toBe(low);
        }
        expect(watermark.ahead).toBe(begun.filter((position) => position > low).length);
      }
    }),
    { numRuns: 60 },
  );
});
