import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterFailure } from './retry-policy.ts';

const NOW = 1_000_000;
const first = { attempts: 1, acceptedAt: NOW, now: NOW };

test('the delay is a random part of a ceiling that doubles from 200 ms to 15 minutes', () => {
  const ceilingAfter = (attempts: number) => afterFailure(undefined, { ...first, attempts }, () => 1);
  expect([1, 2, 3, 13, 14, 100].map(ceilingAfter)).toEqual(
    [200, 400, 800, 819_200, 900_000, 900_000].map((delay) => ({ retryAt: NOW + delay })),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 185 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, part) => {
      const next = afterFailure(undefined, { ...first, attempts }, () => part);
      return 'retryAt' in next && next.retryAt >= NOW && next.retryAt <= NOW + 900_000;
    }),
  );
});

test('MaximumRetryAttempts counts the attempts after the first', () => {
  const after = (attempts: number, maximum?: number) =>
    afterFailure(maximum === undefined ? undefined : { MaximumRetryAttempts: maximum }, { ...first, attempts }, () => 0);
  expect(after(2, 2)).toEqual({ retryAt: NOW });
  expect(after(3, 2)).toEqual({ exhausted: 'MaximumRetryAttempts' });
  expect(after(1, 0)).toEqual({ exhausted: 'MaximumRetryAttempts' });
  expect(after(185)).toEqual({ retryAt: NOW });
  expect(after(186)).toEqual({ exhausted: 'MaximumRetryAttempts' });
});

test('no attempt is planned beyond MaximumEventAgeInSeconds', () => {
  const at = (age: number, part: number) =>
    afterFailure({ MaximumEventAgeInSeconds: 60 }, { ...first, acceptedAt: NOW - age }, () => part);
  expect(at(59_800, 1)).toEqual({ retryAt: NOW + 200 });
  expect(at(59_801, 1)).toEqual({ exhausted: 'MaximumEventAgeInSeconds' });
  expect(at(60_000, 0)).toEqual({ retryAt: NOW });
});
