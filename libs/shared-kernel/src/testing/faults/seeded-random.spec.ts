import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

const seed = fc.integer();
const draw = (random: SeededRandom, count = 20): number[] => Array.from({ length: count }, () => random.next());

describe('SeededRandom', () => {
  test('a seed gives the sequence it has always given, for a kept seed is only worth what it repeats', () => {
    const random = new SeededRandom(42);
    expect([random.int(1_000), random.int(1_000), random.int(1_000)]).toEqual([778, 511, 120]);
    expect(new SeededRandom(42).fork('kills').int(1_000)).toBe(654);
  });

  test('the same seed gives the same sequence, another one another', () => {
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        expect(draw(new SeededRandom(one))).toEqual(draw(new SeededRandom(one)));
        fc.pre(one !== other);
        expect(draw(new SeededRandom(one))).not.toEqual(draw(new SeededRandom(other)));
      }),
      { numRuns: 100 },
    );
  });

  test('a fork depends on the seed and its labels, not on what was drawn before', () => {
    fc.assert(
      fc.property(seed, fc.nat(50), fc.string(), fc.string(), (one, used, label, other) => {
        const parent = new SeededRandom(one);
        const early = draw(parent.fork(label));
        draw(parent, used);
        expect(draw(parent.fork(label))).toEqual(early);
        expect(draw(parent.fork(label).fork(other))).not.toEqual(early);
        fc.pre(label !== other);
        expect(draw(parent.fork(other))).not.toEqual(early);
      }),
      { numRuns: 100 },
    );
  });

  test('labels do not run into each other', () => {
    const random = new SeededRandom(1);
    expect(draw(random.fork('a').fork('b'))).not.toEqual(draw(random.fork('a,b')));
    expect(draw(random.fork('ab').fork(''))).not.toEqual(draw(random.fork('a').fork('b')));
  });

  test('numbers stay in their bounds and reach both ends', () => {
    const random = new SeededRandom(7);
    const ints = new Set(Array.from({ length: 500 }, () => random.int(3)));
    const between = new Set(Array.from({ length: 500 }, () => random.between(-1, 2)));
    const picked = new Set(Array.from({ length: 500 }, () => random.pick(['a', 'b'])));
    expect([...ints].toSorted()).toEqual([0, 1, 2]);
    expect([...between].toSorted((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
    expect([...picked].toSorted()).toEqual(['a', 'b']);
    expect(draw(random, 10_000).every((number) => number >= 0 && number < 1)).toBe(true);
  });

  test('ten shares of the numbers are of about one size', () => {
    const random = new SeededRandom(3);
    const shares = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 100_000; n++) {
      const share = random.int(10);
      shares[share] = (shares[share] ?? 0) + 1;
    }
    for (const share of shares) expect(Math.abs(share - 10_000)).toBeLessThan(500);
  });

  test('a chance of 0 is never, of 1 always, of a quarter about a quarter', () => {
    const random = new SeededRandom(5);
    const hits = (probability: number): number =>
      Array.from({ length: 10_000 }, () => random.chance(probability)).filter(Boolean).length;
    expect([hits(0), hits(1)]).toEqual([0, 10_000]);
    expect(Math.abs(hits(0.25) - 2_500)).toBeLessThan(200);
  });

  test('what cannot be drawn from is refused', () => {
    const random = new SeededRandom(1);
    expect(() => random.int(0)).toThrow(RangeError);
    expect(() => random.between(2, 1)).toThrow(RangeError);
    expect(() => random.pick([])).toThrow(RangeError);
    expect(() => new SeededRandom(0.5)).toThrow(RangeError);
  });
});
