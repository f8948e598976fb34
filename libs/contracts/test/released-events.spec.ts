import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ContractViolation, contracts, findContract } from '../src/index.ts';
import { breakingChanges, currentSchemas } from '../src/released-schemas.ts';
import type { ReleasedSchemas } from '../src/released-schemas.ts';
import { fixtures } from './fixtures.ts';

const released: ReleasedSchemas = JSON.parse(readFileSync(new URL('../fixtures/released-schemas.json', import.meta.url), 'utf8'));

describe('every released version', () => {
  const versions = contracts.flatMap(({ name, schemaVersion }) =>
    Array.from({ length: schemaVersion }, (_, index) => `${name}.v${index + 1}`),
  );

  test('has a sample payload and a recorded schema', () => {
    expect(versions.length).toBeGreaterThan(40);
    expect(fixtures.map(({ event, schemaVersion }) => `${event}.v${schemaVersion}`).toSorted()).toEqual(versions.toSorted());
    expect(
      Object.entries(released)
        .flatMap(([name, all]) => Object.keys(all).map((version) => `${name}.v${version}`))
        .toSorted(),
    ).toEqual(versions.toSorted());
  });

  test.each(fixtures)(
    '$event v$schemaVersion still reads, as a payload that today could be published',
    ({ event, schemaVersion, payload }) => {
      const { contract } = findContract(event);
      const newest = contract.read(schemaVersion, payload);
      expect(contract.parse(newest)).toEqual(newest);
      expect(contract.about(newest)).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test('keeps the schema it was released with', () => {
    expect(breakingChanges(released, currentSchemas(contracts))).toEqual([]);
  });
});

test('user.created v1 gets the defaults of its time', () => {
  const first = fixtures.find(({ event, schemaVersion }) => event === 'user.created' && schemaVersion === 1);
  expect(findContract('user.created').contract.read(1, first?.payload)).toMatchObject({
    locale: 'en',
    timezone: 'UTC',
    isMinor: false,
  });
});

describe('names', () => {
  test('a stable name leaves the version to the envelope', () => {
    expect(findContract('user.created')).toEqual({
      contract: expect.objectContaining({ name: 'user.created', schemaVersion: 2 }),
    });
  });

  test.each([1, 2])('the old alias user.created.v%i names its version', (schemaVersion) => {
    expect(findContract(`user.created.v${schemaVersion}`)).toMatchObject({ contract: { name: 'user.created' }, schemaVersion });
  });

  test.each([
    ['user.exploded', 'UNKNOWN_EVENT'],
    ['user.exploded.v1', 'UNKNOWN_EVENT'],
    ['user.created.v0', 'UNKNOWN_SCHEMA_VERSION'],
    ['user.created.v3', 'UNKNOWN_SCHEMA_VERSION'],
  ])('%s is refused with %s', (name, code) => {
    expect(() => findContract(name)).toThrow(ContractViolation);
    expect(() => findContract(name)).toThrow(expect.objectContaining({ code }));
  });
});
