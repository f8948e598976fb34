import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ContractViolation, contracts, findContract } from '../src/index.ts';
import { breakingChanges, currentSchemas } from '../src/released-schemas.ts';
import type { ReleasedSchemas } from '../src/released-schemas.ts';
import { fixtures } from './fixtures.ts';

/** A payload that names no user leaves it to the aggregate that records the event. */
const OF_ITS_AGGREGATE = '0199a1c2-0000-7000-8000-000000000001';

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
      expect(contract.about(newest) ?? OF_ITS_AGGREGATE).toMatch(/^[0-9a-f-]{36}$/);
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

describe('payment.created v1', () => {
  const { contract } = findContract('payment.created');
  const first = fixtures.find(({ event, schemaVersion }) => event === 'payment.created' && schemaVersion === 1);

  test('gets the currency and the commission of its time, and no booking', () => {
    expect(contract.read(1, first?.payload)).toEqual({
      paymentId: '9f3c1e58-04b7-4d2a-a6c9-3e8b5f7d1a40',
      studentId: '0b9f3c52-6f0e-4c7a-9a3e-51d0a7c4e812',
      tutorId: '7c1d2a90-3b44-4d1f-8e6b-2f9a51c0d3e7',
      amount: 5_000,
      bookingId: null,
      currency: 'USD',
      commissionBps: 2_000,
      platformFee: 1_000,
      tutorEarnings: 4_000,
    });
  });

  test.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [4_999, 1_000],
    [2 ** 53 - 1, 1_801_439_850_948_198],
  ])('of %i the fee is %i, rounded once', (amount, platformFee) => {
    expect(contract.read(1, Object.assign({}, first?.payload, { amount }))).toMatchObject({
      platformFee,
      tutorEarnings: amount - platformFee,
    });
  });

  test.each([0, -1, 49.99, 0.1 + 0.2])('G42 an amount of %d is refused', (amount) => {
    expect(() => contract.read(1, Object.assign({}, first?.payload, { amount }))).toThrow(ContractViolation);
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
