import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventFields } from './event-fields.ts';
import { compileEventPattern, type EventPattern } from './event-pattern.ts';
import { PatternIndex } from './pattern-index.ts';

type Json = Record<string, unknown>;
type Leaf = readonly unknown[];

/** One way to pick a single object from every array of the event: its scalars by dotted path. */
type World = ReadonlyMap<string, readonly unknown[]>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function together(one: World, other: World): World {
  const all = new Map(one);
  for (const [path, values] of other) all.set(path, [...(all.get(path) ?? []), ...values]);
  return all;
}

/** "Two fields must not come from different elements of one array": the event as all the events without arrays that it stands for. */
function worldsOf(value: unknown, path = ''): World[] {
  if (isObject(value)) {
    return Object.entries(value).reduce<World[]>(
      (worlds, [name, child]) => {
        const below = worldsOf(child, path === '' ? name : `${path}.${name}`);
        return worlds.flatMap((world) => below.map((more) => together(world, more)));
      },
      [new Map()],
    );
  }
  if (!Array.isArray(value)) return [new Map([[path, [value]]])];
  const elements: unknown[] = value;
  const scalars = elements.filter(isScalar);
  const alone: World = scalars.length === 0 ? new Map() : new Map([[path, scalars]]);
  const others = elements.filter((element) => !isScalar(element)).flatMap((element) => worldsOf(element, path));
  return others.length === 0 ? [alone] : others.map((world) => together(alone, world));
}

/** `$or` multiplied out; of a path that is written twice the last counts. */
function conjunctionsOf(
  pattern: Json,
  path = '',
  before: readonly ReadonlyMap<string, Leaf>[] = [new Map()],
): Map<string, Leaf>[] {
  let all = before.map((fields) => new Map(fields));
  for (const [name, value] of Object.entries(pattern)) {
    const below = path === '' ? name : `${path}.${name}`;
    if (name === '$or' && Array.isArray(value))
      all = value.filter(isObject).flatMap((branch) => conjunctionsOf(branch, path, all));
    else if (Array.isArray(value)) for (const fields of all) fields.set(below, value);
    else if (isObject(value)) all = conjunctionsOf(value, below, all);
  }
  return all;
}

const bits = (ip: string): string =>
  ip
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
const V4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** One element of a leaf against one value, as the documentation tells it. */
function accepts(element: unknown, value: unknown): boolean {
  if (!isObject(element)) return element === value;
  const [[operator, operand] = ['', undefined]] = Object.entries(element);
  if (operator === 'exists') return operand === true;
  if (operator === 'anything-but') return !excluded(operand).some((each) => accepts(each, value));
  if (operator === 'numeric') return Array.isArray(operand) && isInside(operand, value);
  if (typeof value !== 'string') return false;
  if (operator === 'cidr') {
    const [network = '', mask = ''] = String(operand).split('/');
    return V4.test(value) && bits(value).slice(0, Number(mask)) === bits(network).slice(0, Number(mask));
  }
  if (operator === 'wildcard') return new RegExp(`^${wildcardToRegExp(String(operand))}$`, 's').test(value);
  const [text, actual] = isObject(operand)
    ? [String(operand['equals-ignore-case']).toLowerCase(), value.toLowerCase()]
    : [String(operand), value];
  if (operator === 'prefix') return actual.slice(0, text.length) === text;
  if (operator === 'suffix') return text === '' || actual.slice(-text.length) === text;
  return actual.toLowerCase() === text.toLowerCase();
}

function excluded(operand: unknown): unknown[] {
  if (!isObject(operand)) return [operand].flat();
  return Object.entries(operand).flatMap(([operator, values]) => [values].flat().map((value) => ({ [operator]: value })));
}

function isInside(terms: readonly unknown[], value: unknown): boolean {
  if (typeof value !== 'number' || value < -5e9 || value > 5e9) return false;
  return [0, 2].every((at) => {
    const bound = Number(terms[at + 1]);
    switch (terms[at]) {
      case '=':
        return value === bound;
      case '<':
        return value < bound;
      case '<=':
        return value <= bound;
      case '>':
        return value > bound;
      case '>=':
        return value >= bound;
      default:
        return true;
    }
  });
}

function wildcardToRegExp(wildcard: string): string {
  return (wildcard.match(/\\.|[^\\]/gs) ?? [])
    .map((token) => {
      if (token === '*') return '.*';
      return (token.length === 2 ? token.slice(1) : token).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    })
    .join('');
}

function modelMatches(pattern: Json, event: Json): boolean {
  const worlds = worldsOf(event);
  return conjunctionsOf(pattern).some((fields) =>
    worlds.some((world) =>
      [...fields].every(([path, leaf]) => {
        const values = world.get(path) ?? [];
        const absent = leaf.some((element) => isObject(element) && element['exists'] === false);
        return (values.length === 0 && absent) || leaf.some((element) => values.some((value) => accepts(element, value)));
      }),
    ),
  );
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '*'), maxLength: 3 });
const someText = text.filter((each) => each !== '');
const ip = fc.tuple(fc.constantFrom(10, 11), fc.constantFrom(0, 1, 255)).map(([first, last]) => `${first}.0.0.${last}`);
const number = fc.constantFrom(-1, 0, 1, 2.5, 7, 5e9, 5e9 + 1);
const bound = number.filter((each) => each <= 5e9);
const scalar = fc.oneof<fc.Arbitrary<unknown>[]>(text, ip, number, fc.boolean(), fc.constant(null));
const folded = text.map((each) => ({ 'equals-ignore-case': each }));
const wildcard = fc
  .array(fc.constantFrom('a', 'b', 'A', '.', '*', '\\*', '\\\\'), { maxLength: 4 })
  .map((tokens) => tokens.filter((token, at) => token !== '*' || tokens[at - 1] !== '*').join(''));
const oneOrMore = (each: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.oneof<fc.Arbitrary<unknown>[]>(each, fc.array(each, { minLength: 1, maxLength: 2 }));
const numeric = fc.oneof(
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), bound),
  fc.tuple(fc.constantFrom('>', '>='), bound, fc.constantFrom('<', '<='), bound).filter(([, low, , high]) => low < high),
);
const element = fc.oneof<fc.Arbitrary<unknown>[]>(
  scalar,
  fc.record({ prefix: fc.oneof<fc.Arbitrary<unknown>[]>(text, folded) }),
  fc.record({ suffix: fc.oneof<fc.Arbitrary<unknown>[]>(text, folded) }),
  folded,
  fc.record({ wildcard }),
  fc.record({ numeric }),
  fc.tuple(ip, fc.constantFrom(0, 8, 31)).map(([network, mask]) => ({ cidr: `${network}/${mask}` })),
  fc.constant({ exists: true }),
  fc.record({
    'anything-but': fc.oneof<fc.Arbitrary<unknown>[]>(oneOrMore(text), number, fc.array(number, { minLength: 1, maxLength: 2 })),
  }),
  fc
    .oneof(
      fc.record({ prefix: oneOrMore(someText) }),
      fc.record({ suffix: oneOrMore(someText) }),
      fc.record({ 'equals-ignore-case': oneOrMore(text) }),
      fc.record({ wildcard: oneOrMore(wildcard) }),
    )
    .map((operator) => ({ 'anything-but': operator })),
);
const leaf = fc.array(element, { minLength: 1, maxLength: 2 });
/** How absence is judged among the elements of an array is not documented: it is asked for outside of arrays only. */
const leafOrAbsent = fc.oneof(
  { weight: 6, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(element, { maxLength: 1 }).map((elements) => [...elements, { exists: false }]) },
);

const optional: { requiredKeys: never[]; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };
const notEmpty = (pattern: object): boolean => Object.keys(pattern).length > 0;
const listFields = fc.record({ a: leaf, b: leaf, inner: fc.record({ c: leaf, d: leaf }, optional).filter(notEmpty) }, optional);
const fields = fc
  .record({ a: leafOrAbsent, b: leafOrAbsent, list: listFields.filter(notEmpty), 'list.a': leaf }, optional)
  .filter(notEmpty);
const withOr = fc.oneof(
  { weight: 3, arbitrary: fields },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fields, fc.array(fields, { minLength: 2, maxLength: 3 }), fields)
      .map(([before, $or, after]): Json => ({ ...before, $or, ...after })),
  },
);
/** A pattern of many leaves matches next to nothing. */
function leavesIn(value: unknown): number {
  return isObject(value) ? Object.values(value).reduce<number>((sum, child) => sum + leavesIn(child), 0) : 1;
}

const pattern: fc.Arbitrary<Json> = fc
  .record({ source: leafOrAbsent, 'detail-type': fc.array(someText, { minLength: 1, maxLength: 2 }), detail: withOr }, optional)
  .filter((wanted) => notEmpty(wanted) && leavesIn(wanted) <= 4);

function near(operand: unknown): unknown[] {
  if (typeof operand === 'string') return [operand, operand.toLowerCase(), `${operand}a`, operand.split('/')[0]];
  return typeof operand === 'number' ? [operand, operand + 1] : [operand];
}

/** The texts and numbers that a pattern says of fields with this name, and others near them. */
function operandsOf(value: unknown, name: string, inside = false): unknown[] {
  if (isScalar(value)) return inside ? near(value) : [];
  return Object.entries(Object(value)).flatMap(([key, child]) =>
    operandsOf(child, name, inside || key === name || key.endsWith(`.${name}`)),
  );
}

function eventNear(wanted: Json): fc.Arbitrary<Json> {
  const one = (name: string): fc.Arbitrary<unknown> =>
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom<unknown>('', ...operandsOf(wanted, name)) },
      { weight: 1, arbitrary: scalar },
    );
  const several = (name: string): fc.Arbitrary<unknown> =>
    fc.oneof(one(name), fc.array(fc.oneof(one(name), fc.array(one(name), { maxLength: 2 })), { maxLength: 3 }));
  const manyOf = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
    const nested = fc.array(item, { maxLength: 2 });
    return fc.oneof(
      item,
      fc.array(fc.oneof({ weight: 4, arbitrary: item }, { weight: 1, arbitrary: nested }, { weight: 1, arbitrary: scalar }), {
        maxLength: 3,
      }),
    );
  };
  const record = (model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Json> =>
    fc.oneof(
      { weight: 3, arbitrary: fc.record(model, { noNullPrototype: true }) },
      { weight: 1, arbitrary: fc.record(model, optional) },
    );
  const item = record({ a: several('a'), b: several('b'), inner: manyOf(record({ c: several('c'), d: several('d') })) });
  const flat = (name: string) => fc.oneof(one(name), fc.array(one(name), { maxLength: 3 }));
  const detail = record({ a: flat('a'), b: flat('b'), list: manyOf(item) });
  return record({ source: one('source'), 'detail-type': one('detail-type'), detail });
}
const patternAndEvent = pattern.chain((wanted) => fc.tuple(fc.constant(wanted), eventNear(wanted)));

describe('A7 the matcher, for any pattern and an event near it', () => {
  test('agrees with the documented rules', () => {
    const seen = { matching: 0, other: 0 };
    fc.assert(
      fc.property(patternAndEvent, ([wanted, event]) => {
        const expected = modelMatches(wanted, event);
        seen[expected ? 'matching' : 'other']++;
        expect(compileEventPattern(JSON.stringify(wanted)).matches(new EventFields(event))).toBe(expected);
      }),
      { numRuns: 2_500 },
    );

    expect(Math.min(seen.matching, seen.other)).toBeGreaterThan(150);
  });

  test('ties fields to the elements of their arrays: a match needs one element of each array that has them all', () => {
    const bit = fc.array(fc.constantFrom('x', 'y'), { minLength: 1, maxLength: 1 });
    const wanted = fc.record({ l: fc.record({ a: bit, b: bit, m: fc.record({ c: bit, d: bit }, optional).filter(notEmpty) }) });
    const value = fc.constantFrom('x', 'y');
    const item = fc.record(
      { a: value, b: value, m: fc.array(fc.record({ c: value, d: value }, optional), { maxLength: 3 }) },
      optional,
    );
    const seen = { matching: 0, other: 0 };
    fc.assert(
      fc.property(wanted, fc.array(item, { maxLength: 5, size: 'max' }), (tied, l) => {
        const expected = modelMatches(tied, { l });
        seen[expected ? 'matching' : 'other']++;
        expect(compileEventPattern(JSON.stringify(tied)).matches(new EventFields({ l }))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
    expect(Math.min(seen.matching, seen.other)).toBeGreaterThan(50);
  });

  test('the index over many patterns finds exactly those that match', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 6 }), fc.nat(), (patterns, pick) => {
        const wanted = patterns[pick % patterns.length] ?? {};
        const compiled = patterns.map((each): { pattern: EventPattern } => ({
          pattern: compileEventPattern(JSON.stringify(each)),
        }));
        const index = new PatternIndex(compiled);
        for (const event of fc.sample(eventNear(wanted), { numRuns: 5, seed: pick })) {
          const found = new Set(index.matching(new EventFields(event)));
          expect(compiled.filter((entry) => found.has(entry))).toEqual(
            compiled.filter((entry) => entry.pattern.matches(new EventFields(event))),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
