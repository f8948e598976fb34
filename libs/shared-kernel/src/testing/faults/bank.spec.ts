import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnusableHistory } from './anomaly.ts';
import { checkBank } from './bank.ts';
import type { Operation } from './history.ts';
import { SeededRandom } from './seeded-random.ts';

const accounts = ['a', 'b', 'c', 'd'];
const bank = { total: 400, accounts };
const readOf = (result: unknown): Operation => ({
  client: 'c',
  op: 'read',
  key: 'bank',
  invokedAt: 1,
  returnedAt: 2,
  outcome: 'ok',
  result,
});

/** The reads of a bank that moves money between accounts and refuses what is not there. */
function readsOf(random: SeededRandom, transfers: number): Operation[] {
  const balances = new Map(accounts.map((account) => [account, bank.total / accounts.length]));
  const balance = (account: string): number => balances.get(account) ?? 0;
  return Array.from({ length: transfers }, () => {
    const [from, to, amount] = [random.pick(accounts), random.pick(accounts), random.between(0, 150)];
    if (balance(from) >= amount) {
      balances.set(from, balance(from) - amount);
      balances.set(to, balance(to) + amount);
    }
    return readOf(Object.fromEntries(balances));
  });
}

const seeds = fc.integer().map((seed) => new SeededRandom(seed));

test('transfers of money that is there keep the total and every balance', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 300 }), (random, transfers) => {
      expect(checkBank(readsOf(random, transfers), bank)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('a read between the two halves of a transfer has the wrong total', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 50 }), (random, torn) => {
      const reads = readsOf(random, 20);
      const at = random.int(reads.length);
      const mutated = reads.map((read, index) =>
        index === at ? readOf({ ...Object(read.result), a: Number(Object(read.result).a) + torn }) : read,
      );
      expect(checkBank(mutated, bank)).toMatchObject([{ kind: 'wrong-total', operations: [mutated[at]] }]);
    }),
    { numRuns: 100 },
  );
});

test('an overdrawn account is found though the total is right', () => {
  expect(checkBank([readOf({ a: 400, b: 0, c: 0, d: 0 })], bank)).toEqual([]);
  expect(checkBank([readOf({ a: 401, b: -1, c: 0, d: 0 })], bank)).toMatchObject([
    { kind: 'negative-balance', detail: 'b below zero' },
  ]);
});

test.each([
  { a: 200, b: 200, c: 0 },
  { a: 100, b: 100, c: 100, d: 100, e: 0 },
  { a: 100.5, b: 99.5, c: 100, d: 100 },
  { a: '100', b: 100, c: 100, d: 100 },
  undefined,
])('a read of other accounts, or of a balance that is no whole number, is an anomaly: %o', (result) => {
  expect(checkBank([readOf(result)], bank)).toMatchObject([{ kind: 'wrong-accounts' }]);
});

test('only reads that returned are judged, and without one nothing is', () => {
  const broken = { ...readOf({}), outcome: 'info' } as const;
  expect(checkBank([broken, { ...broken, op: 'transfer', outcome: 'ok' }, readOf({ a: 400, b: 0, c: 0, d: 0 })], bank)).toEqual(
    [],
  );
  expect(() => checkBank([broken], bank)).toThrow(UnusableHistory);
});
