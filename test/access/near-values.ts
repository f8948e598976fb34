import fc from 'fast-check';
import { valueOf, type Named, type Schema } from './values-of.ts';

/** Texts that break careless code: statements, templates, paths, halves of a pair, names of prototypes, more than anybody reads. */
const TEXTS = [
  "'; DROP TABLE users; --",
  "' OR '1'='1",
  '${7*7}{{7*7}}',
  '../../../../etc/passwd',
  '<script>alert(1)</script>',
  '\u0000',
  '\ud800',
  '\u202e\u0000ﷺ',
  '__proto__',
  'constructor',
  'toString',
  '%00%ff',
  '$ne',
  '2026-02-30T25:61:61Z',
  '9999999999999999999999',
  '-0',
  'NaN',
  'x'.repeat(5_000),
  '',
  ' ',
];
const awkward: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...TEXTS),
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, [], {}, [[]], { $ne: null }, { toString: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

export const awkwardText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** What a client sends as its body: what the schema allows, something close to it, or no JSON at all. */
export function bodyOf(schema: Schema, named: Named): fc.Arbitrary<string> {
  const valid = valueOf(schema, named);
  const text = valid.map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 4, arbitrary: text },
    {
      weight: 8,
      arbitrary: fc.tuple(valid, fc.nat(), awkward).map(([value, place, other]) => JSON.stringify(changed(value, place, other))),
    },
    { weight: 1, arbitrary: awkward.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.tuple(text, fc.nat()).map(([whole, end]) => whole.slice(0, end % (whole.length + 1))) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{"__proto__":{"role":"superadmin"}}',
        '{"constructor":{"prototype":{"admin":true}}}',
        '{"a":"\\ud800"}',
        '{"a":"\\u0000"}',
        '[',
        'null',
        '1',
        '"',
        '{',
      ),
    },
  );
}

/** The value with one of its places holding something else: removed, replaced, or one more. */
function changed(value: unknown, place: number, other: unknown): unknown {
  if (typeof value !== 'object' || value === null) return other;
  if (Array.isArray(value)) {
    if (value.length === 0) return [other];
    const at = place % value.length;
    return value.map((item: unknown, index) => (index === at ? changed(item, Math.floor(place / 7), other) : item));
  }
  const entries: [string, unknown][] = Object.entries(value);
  const kind = place % (entries.length + 2);
  if (kind === entries.length) return { ...value, [typeof other === 'string' ? other : 'more']: other };
  if (kind > entries.length) return Object.fromEntries(entries.slice(1));
  return Object.fromEntries(
    entries.map(([name, field], index) => [
      name,
      index === kind ? (place % 3 === 0 ? changed(field, Math.floor(place / 7), other) : other) : field,
    ]),
  );
}
