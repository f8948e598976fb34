import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContractViolation, contracts, findContract } from '../src/index.ts';
import { schemasOf } from '../src/define-event.ts';
import { jsonSchemaOf } from '../src/json-schema.ts';
import { fixtures } from './fixtures.ts';
import { valueOf } from './payload.arbitrary.ts';

/** A payload that names no user leaves it to the aggregate that records the event. */
const OF_ITS_AGGREGATE = '0199a1c2-0000-7000-8000-000000000001';

const RUNS = { numRuns: 40 };
const released = contracts.flatMap((contract) =>
  Object.entries(schemasOf(contract)).map(([version, schema]) => ({
    contract,
    name: contract.name,
    version: Number(version),
    payload: valueOf(jsonSchemaOf(schema)),
  })),
);

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('A8 every payload that a released version allows', () => {
  test('every contract has its generator', () => {
    expect(released.map(({ name, version }) => `${name}.v${version}`).toSorted()).toEqual(
      fixtures.map(({ event, schemaVersion }) => `${event}.v${schemaVersion}`).toSorted(),
    );
  });

  test.each(released)(
    '$name v$version reads as a newest payload, the same each time, and leaves the stored one alone',
    (release) => {
      const { contract, version } = release;
      fc.assert(
        fc.property(release.payload, (payload) => {
          const stored = throughJson(payload);
          const newest = contract.read(version, stored);
          expect(contract.parse(newest)).toEqual(newest);
          expect(contract.about(newest) ?? OF_ITS_AGGREGATE).toMatch(/^[0-9a-f-]{36}$/);
          expect(contract.read(version, stored)).toEqual(newest);
          expect(stored).toEqual(throughJson(payload));
        }),
        RUNS,
      );
    },
  );

  test.each(released)('$name v$version: what was upcast once reads as itself, also after it was stored', (release) => {
    const { contract, version } = release;
    fc.assert(
      fc.property(release.payload, (payload) => {
        const newest = contract.read(version, throughJson(payload));
        expect(contract.read(contract.schemaVersion, newest)).toEqual(newest);
        expect(throughJson(newest)).toEqual(newest);
        if (version === contract.schemaVersion) expect(newest).toEqual(payload);
      }),
      RUNS,
    );
  });

  test.each(released)('$name v$version drops what a newer release added, and its writer refuses it', (release) => {
    const { contract, version } = release;
    fc.assert(
      fc.property(release.payload, fc.jsonValue({ maxDepth: 1 }), (payload, added) => {
        const stored = throughJson(payload);
        if (typeof stored !== 'object' || stored === null) throw new Error('a payload is an object');
        const extended = { ...stored, addedLater: added };
        expect(contract.read(version, extended)).toEqual(contract.read(version, stored));
        expect(() => contract.parse({ ...contract.read(version, stored), addedLater: added })).toThrow(ContractViolation);
      }),
      { numRuns: 10 },
    );
  });
});

test('A8 reading anything, under any version, ends in a payload of the contract or in a ContractViolation', () => {
  const sample = fc.constantFrom(...fixtures);
  const damage = fc.record({
    field: fc.nat({ max: 20 }),
    value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined)),
  });
  fc.assert(
    fc.property(sample, fc.array(damage, { maxLength: 3 }), fc.integer({ min: -1, max: 4 }), (fixture, damages, version) => {
      const { contract } = findContract(fixture.event);
      const payload = throughJson(fixture.payload);
      if (typeof payload !== 'object' || payload === null) throw new Error('a payload is an object');
      const names = Object.keys(payload);
      const damaged = Object.assign(
        payload,
        Object.fromEntries(damages.map(({ field, value }) => [names[field % names.length] ?? 'x', value])),
      );
      try {
        const newest = contract.read(version, damaged);
        expect(contract.parse(newest)).toEqual(newest);
      } catch (error) {
        expect(error).toBeInstanceOf(ContractViolation);
      }
    }),
    { numRuns: 500 },
  );
});
