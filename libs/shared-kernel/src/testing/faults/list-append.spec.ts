import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mutations } from '../../../test/faults/history-mutations.fixture.ts';
import { simulatedList } from '../../../test/faults/simulated-list.fixture.ts';
import { UnusableHistory } from './anomaly.ts';
import type { Operation } from './history.ts';
import { checkListAppend } from './list-append.ts';
import { SeededRandom } from './seeded-random.ts';

const seeds = fc.integer().map((seed) => new SeededRandom(seed));
const busy = { operations: 300, clients: 6, keys: 3 };

describe('a history of a correct store', () => {
  test('has no anomaly: 200 histories of 1,000 operations', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const history = simulatedList(new SeededRandom(seed), { operations: 1_000, clients: 5, keys: 4 });
      expect(history.length).toBeGreaterThanOrEqual(1_000);
      expect(checkListAppend(history)).toEqual([]);
    }
  });

  test('has no anomaly, whatever the number of clients and keys', () => {
    const workload = fc.record({
      operations: fc.integer({ min: 1, max: 200 }),
      clients: fc.integer({ min: 1, max: 20 }),
      keys: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(seeds, workload, (random, work) => {
        expect(checkListAppend(simulatedList(random, work))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('one lie in it is found, by its name, and nothing else', () => {
  test.for(Object.entries(mutations))('%s', ([, { kind, lie }]) => {
    let told = 0;
    fc.assert(
      fc.property(seeds, (random) => {
        const history = simulatedList(random, busy);
        const mutated = lie(history, random);
        if (mutated === undefined) return;
        told++;
        expect(checkListAppend(history)).toEqual([]);
        const found = checkListAppend(mutated);
        expect(found.map((anomaly) => anomaly.kind)).toEqual([kind]);
        const changed = mutated.filter((operation) => !history.includes(operation));
        if (changed.length === 1) expect(found[0]?.operations).toContain(changed[0]);
      }),
      { numRuns: 60 },
    );
    expect(told).toBeGreaterThan(20);
  });

  test('two appends win the same expected version', () => {
    let told = 0;
    fc.assert(
      fc.property(seeds, (random) => {
        const found = checkListAppend(simulatedList(random, { ...busy, acceptsConflict: true }));
        told += found.length;
        for (const { kind, operations } of found) {
          expect(kind).toBe('two-winners');
          expect(new Set(operations.map(({ expected }) => expected)).size).toBe(1);
          expect(operations).toHaveLength(2);
        }
      }),
      { numRuns: 60 },
    );
    expect(told).toBeGreaterThan(40);
  });
});

describe('small histories', () => {
  const at = (invokedAt: number, returnedAt: number) => ({ invokedAt, returnedAt });
  const append = (value: string, outcome: Operation['outcome'], times: ReturnType<typeof at>): Operation => ({
    client: 'c',
    op: 'append',
    key: 'k',
    value,
    outcome,
    ...times,
  });
  const read = (result: readonly string[], times: ReturnType<typeof at>): Operation => ({
    client: 'c',
    op: 'read',
    key: 'k',
    outcome: 'ok',
    result,
    ...times,
  });

  test('an anomaly exists exactly when no order of the operations explains what was seen', () => {
    const times = fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 6 })).map(([start, length]) => at(start, start + length));
    const outcome = fc.constantFrom('ok', 'ok', 'ok', 'info', 'fail') satisfies fc.Arbitrary<Operation['outcome']>;
    const values = ['a', 'b', 'c'];
    const order = fc.shuffledSubarray(values);
    const list = order.chain((one) =>
      fc.oneof(
        fc.nat(3).map((length) => one.slice(0, length)),
        fc.constant(one),
      ),
    );
    const agreeing = order.chain((one) =>
      fc
        .array(
          fc.nat(3).map((length) => one.slice(0, length)),
          { maxLength: 3 },
        )
        .map((lists) => ({ lists, final: one })),
    );
    const any = fc.record({ lists: fc.array(list, { maxLength: 3 }), final: order });
    const duringTheFinalRead = at(49, 52);
    const history = fc
      .tuple(
        fc.tuple(...values.map(() => fc.tuple(outcome, times))),
        fc.oneof({ weight: 4, arbitrary: agreeing }, any),
        fc.tuple(times, times, fc.constant(duringTheFinalRead)),
      )
      .map(([appends, { lists, final }, readTimes]) => [
        ...appends.map(([result, when], index) => append(values[index] ?? '', result, when)),
        ...lists.map((result, index) => read(result, readTimes[index] ?? at(0, 1))),
        read(final, at(50, 51)),
      ]);
    const verdicts = { sound: 0, unsound: 0 };
    fc.assert(
      fc.property(history, (operations) => {
        const explained = isLinearizable(operations, []);
        verdicts[explained ? 'sound' : 'unsound']++;
        expect(checkListAppend(operations).length === 0).toBe(explained);
      }),
      { numRuns: 10_000 },
    );
    expect(Math.min(verdicts.sound, verdicts.unsound)).toBeGreaterThan(300);
  });

  test('without a read after the last acknowledged append nothing is judged', () => {
    const acknowledged = append('a', 'ok', at(1, 5));
    expect(checkListAppend([acknowledged, read(['a'], at(6, 7))])).toEqual([]);
    expect(() => checkListAppend([acknowledged])).toThrow(UnusableHistory);
    expect(() => checkListAppend([acknowledged, read(['a'], at(5, 7))])).toThrow(/no read was sent after a was acknowledged/);
    expect(checkListAppend([append('a', 'info', at(1, 5))])).toEqual([]);
  });

  test('a value that was appended twice and a read without a list are refused', () => {
    const last = read(['a'], at(60, 61));
    expect(() => checkListAppend([append('a', 'ok', at(1, 5)), append('a', 'ok', at(6, 7)), last])).toThrow(
      /a was appended twice/,
    );
    expect(() => checkListAppend([append('a', 'ok', at(1, 5)), { ...last, result: 'a' }])).toThrow(UnusableHistory);
  });

  test('an append without an answer that was read has won its expected version', () => {
    const first = { ...append('a', 'ok', at(1, 2)), expected: 0 };
    const second = { ...append('b', 'info', at(1, 2)), expected: 0 };
    expect(checkListAppend([first, second, read(['a'], at(5, 6))])).toEqual([]);
    expect(checkListAppend([first, second, read(['a', 'b'], at(5, 6))])).toMatchObject([
      { kind: 'two-winners', operations: [first, second] },
    ]);
  });

  test('operations of another kind and of other keys do not mix', () => {
    const elsewhere = { ...append('a', 'fail', at(1, 2)), key: 'other' };
    expect(
      checkListAppend([append('a', 'ok', at(1, 2)), elsewhere, { ...elsewhere, op: 'transfer' }, read(['a'], at(5, 6))]),
    ).toEqual([]);
  });

  test('an anomaly says what contradicts what', () => {
    const operations = [append('a', 'ok', at(1, 2)), read([], at(5, 6)), read(['a'], at(7, 8))];
    expect(checkListAppend(operations)).toEqual([
      {
        kind: 'stale-read',
        key: 'k',
        detail: 'a was acknowledged before the read was sent, and is not in it',
        operations: operations.slice(0, 2),
      },
    ]);
  });
});

/** By trial of every order: slow, and plain enough to be believed. */
function isLinearizable(pending: readonly Operation[], list: readonly unknown[]): boolean {
  const mustHappen = pending.filter(({ outcome }) => outcome === 'ok');
  if (mustHappen.length === 0) return true;
  const firstReturn = Math.min(...mustHappen.map(({ returnedAt = Infinity }) => returnedAt));
  return pending.some((operation) => {
    const { op, outcome, invokedAt, value, result } = operation;
    if (outcome === 'fail' || invokedAt > firstReturn) return false;
    const others = pending.filter((other) => other !== operation);
    if (op === 'append') return isLinearizable(others, [...list, value]);
    return JSON.stringify(result) === JSON.stringify(list) && isLinearizable(others, list);
  });
}
