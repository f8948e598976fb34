import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LampLit } from '../../../test/test-contracts.ts';
import { EventContracts } from '../../application/event-contract.ts';
import { COMMITS, commitKey, LAST_VERSION, StreamKeys, TIME_KEYED, versionOfKey } from './stream-keys.ts';

const contracts = (...aggregateTypes: string[]) =>
  new EventContracts(aggregateTypes.map((aggregateType, index) => ({ ...LampLit, name: `lamp.lit_${index}`, aggregateType })));
const keys = new StreamKeys(contracts('Lamp', 'LampShade', 'L', 'Payment2'));

const id = fc.string({ unit: fc.constantFrom(...'aAzZ09_-'), minLength: 1, maxLength: 64 });
const stream = fc.record({ aggregateType: fc.constantFrom('Lamp', 'LampShade', 'L', 'Payment2'), aggregateId: id });
const version = fc.integer({ min: 1, max: LAST_VERSION });

test('G31 the key of a stream gives back its name: two streams never share one', () => {
  fc.assert(
    fc.property(stream, (name) => {
      expect(keys.streamOf(keys.partition(name))).toEqual(name);
    }),
    { numRuns: 1_000 },
  );
});

test('what is no name of a stream has no key, and what is no key has no name', () => {
  const near = fc.string({ unit: fc.constantFrom(...'aZ0_-#/ é\n'), maxLength: 70 });
  fc.assert(
    fc.property(near, (text) => {
      const valid = /^[A-Za-z0-9_-]{1,64}$/.test(text) && !text.includes('\n');
      const partition = () => keys.partition({ aggregateType: 'Lamp', aggregateId: text });
      if (valid) expect(partition()).toBe(`LAMP#${text}`);
      else expect(partition).toThrow(expect.objectContaining({ code: 'INVALID_STREAM' }));
      if (!valid) expect(() => keys.streamOf(`LAMP#${text}`)).toThrow(expect.objectContaining({ code: 'INVALID_STREAM' }));
    }),
    { numRuns: 1_000 },
  );
});

test('no stream has the key of a snapshot', () => {
  fc.assert(
    fc.property(stream, (name) => {
      expect(() => keys.streamOf(keys.snapshotPartition(name))).toThrow(expect.objectContaining({ code: 'INVALID_STREAM' }));
    }),
  );
});

test('keys of commits sort as their versions do, give them back, and lie apart from time-based keys', () => {
  fc.assert(
    fc.property(version, version, (one, other) => {
      expect(versionOfKey(commitKey(one))).toBe(one);
      expect(Math.sign(one - other)).toBe(commitKey(one) < commitKey(other) ? -1 : commitKey(one) > commitKey(other) ? 1 : 0);
      expect(commitKey(one) > COMMITS.from && commitKey(one) < COMMITS.to && commitKey(one) < TIME_KEYED.from).toBe(true);
    }),
    { numRuns: 1_000 },
  );
  const timeBased = 'EVENT#2025-11-13T10:00:00.000Z#evt-001';
  expect(versionOfKey(timeBased)).toBeUndefined();
  expect(timeBased > TIME_KEYED.from && timeBased < TIME_KEYED.to).toBe(true);
});

test.for([0, -1, 1.5, Number.NaN, LAST_VERSION + 1])('%d is no version', (wrong) => {
  expect(() => commitKey(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_STREAM' }));
});

test('aggregate types that would share their keys, or cannot stand in one, are refused at the start', () => {
  expect(() => new StreamKeys(contracts('User', 'Users'))).not.toThrow();
  expect(() => new StreamKeys(contracts('User', 'USER'))).toThrow(/User and USER would share their keys/);
  expect(() => new StreamKeys(contracts('User#1'))).toThrow(expect.objectContaining({ code: 'INVALID_STREAM' }));
});
