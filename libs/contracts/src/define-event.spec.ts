import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ContractViolation } from './contract-violation.ts';
import { defineEvent } from './define-event.ts';
import { InvalidContract } from './invalid-contract.ts';
import { id } from './schemas.ts';

const USER = '0b9f3c52-6f0e-4c7a-9a3e-51d0a7c4e812';
const v1 = z.strictObject({ userId: id, name: z.string().min(2) });
const v2 = z.strictObject({ userId: id, fullName: z.string().min(2) });
const v3 = v2.extend({ tags: z.array(z.strictObject({ code: z.enum(['a', 'b']) })), note: z.string().optional() });

const sound = { name: 'user.renamed', producer: 'user-service', aggregateType: 'User', about: () => USER } as const;
const Renamed = defineEvent({
  ...sound,
  versions: { 1: v1, 2: v2, 3: v3 },
  upcast: {
    1: ({ userId, name }) => ({ userId, fullName: name.toUpperCase() }),
    2: (payload) => ({ ...payload, tags: [{ code: 'a' as const }] }),
  },
  about: (payload) => payload.userId,
  personal: ['name', 'fullName'],
  plain: ['note'],
});

function violation(action: () => unknown): ContractViolation {
  try {
    action();
  } catch (error) {
    if (error instanceof ContractViolation) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a contract read by its consumers', () => {
  test('every older version arrives in the newest shape', () => {
    const newest = { userId: USER, fullName: 'ADA', tags: [{ code: 'a' }] };
    expect(Renamed.schemaVersion).toBe(3);
    expect(Renamed.read(1, { userId: USER, name: 'Ada' })).toEqual(newest);
    expect(Renamed.read(2, { userId: USER, fullName: 'ADA' })).toEqual(newest);
    expect(Renamed.read(3, newest)).toEqual(newest);
  });

  test('the payload is validated in the shape of its own version', () => {
    expect(violation(() => Renamed.read(2, { userId: USER, name: 'Ada' })).issues).toEqual([
      { path: 'fullName', message: 'Invalid input: expected string, received undefined' },
    ]);
  });

  test('fields that a newer producer added are dropped at every depth', () => {
    const payload = { userId: USER, fullName: 'ADA', tags: [{ code: 'b', weight: 3 }], mood: 'sunny' };
    expect(Renamed.read(3, payload)).toEqual({ userId: USER, fullName: 'ADA', tags: [{ code: 'b' }] });
  });

  test.each([0, 4, 1.5, Number.NaN])('schema version %s is refused by name', (version) => {
    const error = violation(() => Renamed.read(version, { userId: USER, fullName: 'ADA', tags: [] }));
    expect(error).toMatchObject({ code: 'UNKNOWN_SCHEMA_VERSION', eventName: 'user.renamed' });
  });
});

describe('a contract kept by its producer', () => {
  const good = { userId: USER, fullName: 'Ada', tags: [{ code: 'a' }] };

  test('the newest shape is accepted', () => {
    expect(Renamed.parse(good)).toEqual(good);
    expect(Renamed.about(Renamed.parse(good))).toBe(USER);
  });

  test.each([
    ['an unknown field', { ...good, mood: 'sunny' }],
    ['an unknown field further down', { ...good, tags: [{ code: 'a', weight: 3 }] }],
    ['an older shape', { userId: USER, fullName: 'Ada' }],
    ['no object', 'Ada'],
  ])('%s is refused', (_what, payload) => {
    expect(violation(() => Renamed.parse(payload)).code).toBe('CONTRACT_VIOLATION');
  });

  test('the error names the places and never the values', () => {
    const error = violation(() => Renamed.parse({ userId: 'ada@example.org', fullName: 'A', tags: [{ code: 'Lovelace' }] }));
    expect(error.issues.map(({ path }) => path)).toEqual(['userId', 'fullName', 'tags.0.code']);
    expect(JSON.stringify([error.message, error.issues])).not.toMatch(/ada@example\.org|Lovelace|"A"/);
  });
});

describe('a contract that must not be defined', () => {
  const one = { versions: { 1: v1 }, personal: ['name'] } as const;

  test('the sound definition passes', () => {
    expect(defineEvent({ ...sound, ...one })).toMatchObject({ scope: 'integration', schemaVersion: 1, personal: ['name'] });
    expect(defineEvent({ ...sound, ...one, scope: 'local' }).scope).toBe('local');
  });

  test.each(['booking.no_show', 'booking.marked_no_show', 'booking.held', 'booking.issue_reported'])('%s is a fact', (name) => {
    expect(defineEvent({ ...sound, ...one, name, aggregateType: 'Booking' }).name).toBe(name);
  });

  test.each([
    ['a name in the present tense', { name: 'user.rename' }, /past tense/],
    ['a name that only ends like an irregular form', { name: 'user.unpaid' }, /past tense/],
    ['a version in the name', { name: 'user.renamed.v2' }, /named user/],
    ['the subject of another aggregate', { name: 'account.renamed' }, /named user/],
    ['camel case', { name: 'user.roleChanged' }, /named user/],
    ['an aggregate without a subject word', { aggregateType: 'Person' }, /subject word/],
  ])('%s', (_what, change, reason) => {
    expect(() => defineEvent({ ...sound, ...one, ...change })).toThrow(InvalidContract);
    expect(() => defineEvent({ ...sound, ...one, ...change })).toThrow(reason);
  });

  const upcast = { 1: () => ({ userId: USER, fullName: 'ADA' }) };
  test.each([
    ['a gap in the versions', { versions: { 1: v1, 3: v2 } }, /version 2 is missing/],
    ['versions that do not start at 1', { versions: { 2: v2 } }, /version 1 is missing/],
    ['no version at all', { versions: {} }, /no version/],
    ['a missing upcaster', { versions: { 1: v1, 2: v2 } }, /2 versions need 1 upcasters, not 0/],
    ['an upcaster to nowhere', { versions: { 1: v2 }, upcast }, /1 versions need 0 upcasters, not 1/],
    ['an object that accepts anything', { versions: { 1: z.object({ userId: id }) } }, /strictObject/],
  ])('%s', (_what, change, reason) => {
    expect(() => defineEvent({ ...sound, personal: [], ...change })).toThrow(reason);
  });

  test.each([
    ['a free string that is neither personal nor plain', v1, { personal: [] }, /"name" is neither/],
    ['a free string in a list', z.strictObject({ tags: z.array(z.string()) }), { personal: [] }, /"tags\[\]" is neither/],
    ['a free string in a union', z.strictObject({ to: z.union([id, z.string()]) }), { personal: [] }, /"to" is neither/],
    ['a nullable string', z.strictObject({ to: z.string().nullable() }), { personal: [] }, /"to" is neither/],
    ['an unknown value', z.strictObject({ to: z.unknown() }), { personal: [] }, /"to" is neither/],
    ['a path that does not exist', v1, { personal: ['name', 'nmae'] }, /"nmae" is classified but/],
    ['a path that is personal and plain', v1, { personal: ['name'], plain: ['name'] }, /classified twice/],
    [
      'a neighbour with a longer name',
      z.strictObject({ to: z.string(), tone: z.string() }),
      { personal: ['to'] },
      /"tone" is neither/,
    ],
  ])('%s', (_what, schema, classified, reason) => {
    expect(() => defineEvent({ ...sound, versions: { 1: schema }, ...classified })).toThrow(reason);
  });

  test('ids, instants, dates, enums, numbers and booleans need no classification', () => {
    const kinds = {
      a: id,
      b: z.iso.datetime(),
      c: z.iso.date(),
      d: z.enum(['x']),
      e: z.int(),
      f: z.boolean(),
      g: z.literal('y'),
    };
    expect(defineEvent({ ...sound, versions: { 1: z.strictObject(kinds) }, personal: [] }).personal).toEqual([]);
  });

  test('a path covers everything below it', () => {
    const schema = z.strictObject({ changes: z.array(z.strictObject({ from: z.array(z.string()), to: z.string() })) });
    expect(
      defineEvent({ ...sound, versions: { 1: schema }, personal: ['changes[].from'], plain: ['changes[].to'] }).schemaVersion,
    ).toBe(1);
    expect(defineEvent({ ...sound, versions: { 1: schema }, personal: ['changes'] }).schemaVersion).toBe(1);
  });
});
