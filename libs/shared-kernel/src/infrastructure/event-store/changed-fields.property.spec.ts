import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedFields } from './changed-fields.ts';

test('a change is named by its path, as deep as it goes', () => {
  const before = { status: 'open', amount: { minor: 500, currency: 'EUR' }, refunds: [{ id: 'r-1', done: false }], note: 'x' };
  const after = {
    status: 'paid',
    amount: { minor: 500, currency: 'EUR' },
    refunds: [
      { id: 'r-1', done: true },
      { id: 'r-2', done: false },
    ],
    payout: {},
  };
  expect(changedFields(before, after)).toEqual([
    { path: 'status', before: 'open', after: 'paid' },
    { path: 'refunds.0.done', before: false, after: true },
    { path: 'refunds.1.id', after: 'r-2' },
    { path: 'refunds.1.done', after: false },
    { path: 'note', before: 'x' },
    { path: 'payout', after: {} },
  ]);
  expect(changedFields(before, structuredClone(before))).toEqual([]);
});

const name = fc.constantFrom('a', 'b', 'c');
const { value } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.integer({ max: 3, min: 0 }), fc.constantFrom('x', null, true), tie('object')),
  object: fc.oneof(fc.dictionary(name, tie('value'), { maxKeys: 3 }), fc.array(tie('value'), { maxLength: 3 })),
}));
const state = fc.dictionary(name, value, { maxKeys: 3 });

function at(from: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, step) => {
    const fields = typeof inner === 'object' && inner !== null ? Object.entries(inner) : [];
    return fields.find(([field]) => field === step)?.[1];
  }, from);
}

test('there is a change exactly when the values differ, and each one tells what stood there before and after', () => {
  let differing = 0;
  fc.assert(
    fc.property(state, state, (before, after) => {
      const changes = changedFields(before, after);
      expect(changes.length === 0).toBe(isDeepStrictEqual({ ...before }, { ...after }));
      if (changes.length > 0) differing++;
      for (const change of changes) {
        expect(change.before).toEqual(at(before, change.path));
        expect(change.after).toEqual(at(after, change.path));
        expect(change.before).not.toEqual(change.after);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(differing).toBeGreaterThan(100);
});
