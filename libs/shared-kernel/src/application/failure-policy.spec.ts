import { expect, test } from 'vitest';
import { ConcurrencyConflict, DomainError } from '../domain/domain.error.ts';
import { fullJitter, retryThenPark } from './failure-policy.ts';

class NameTaken extends DomainError {
  readonly code = 'NAME_TAKEN';
}

test('what may succeed later is tried four times again, each after a longer time at most, then parked', () => {
  const policy = retryThenPark({}, () => 1);
  const verdicts = [1, 2, 3, 4, 5].map((attempt) => policy(new Error('mail server away'), attempt));
  expect(verdicts).toEqual([
    { kind: 'retry', afterMs: 100 },
    { kind: 'retry', afterMs: 400 },
    { kind: 'retry', afterMs: 1_600 },
    { kind: 'retry', afterMs: 6_400 },
    { kind: 'park' },
  ]);
});

test('what waiting cannot mend is parked at once; a lost race is not of that kind', () => {
  const policy = retryThenPark();
  expect(policy(new ConcurrencyConflict('Lamp/l-1', 1, 2), 1).kind).toBe('retry');
  expect(policy(new NameTaken('a lamp has this name'), 1)).toEqual({ kind: 'park' });
  for (const code of ['CONTRACT_VIOLATION', 'UNKNOWN_SCHEMA_VERSION', 'UNKNOWN_EVENT', 'MALFORMED_MESSAGE'])
    expect(policy(Object.assign(new Error('never'), { code }), 1)).toEqual({ kind: 'park' });
});

test('the delay is spread over the whole time, and capped however often it failed', () => {
  expect([fullJitter(3, 100, 1_000, () => 0), fullJitter(3, 100, 1_000, () => 0.5)]).toEqual([0, 500]);
  expect(fullJitter(2_000, 100, 1_000, () => 1)).toBe(1_000);
});
