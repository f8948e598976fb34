import fc from 'fast-check';
import type { JsonSchema } from '../src/json-schema.ts';

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid(),
  'date-time': fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  date: fc
    .date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
};

/** Texts that break careless code: several bytes a character, escapes, halves of a pair, names of object prototypes. */
const unit = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom('"', '\\', '\u0000', '\ud800', '𝄞', 'ß', ' ') },
);
const awkward = fc.constantFrom('constructor', 'toString', 'null', '');

/**
 * Any JSON value that the schema allows. Throws for a schema word that it does not know: a generator that ignored one would test less
 * than it says.
 */
export function valueOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return fc.oneof(...branches.map(branchOf));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => valueOf({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -(2 ** 53) + 1, -(2 ** 53) + 1),
        max: Math.min(schema.maximum ?? 2 ** 53 - 1, 2 ** 53 - 1),
      });
    case 'number':
      // JSON has no negative zero.
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(branchOf(schema.items), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, 4) });
    case 'object':
      return objectOf(schema);
    case undefined:
  }
  throw new Error(`no generator for the schema ${JSON.stringify(schema)}`);
}

function objectOf({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<object> {
  if (typeof additionalProperties === 'object') {
    const name = fc.oneof(fc.string({ unit, maxLength: 4 }), awkward).filter((text) => text !== '__proto__');
    return fc.dictionary(name, valueOf(additionalProperties), { maxKeys: 4, noNullPrototype: true });
  }
  const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, branchOf(field)]));
  return fc.record(fields, { requiredKeys: required, noNullPrototype: true });
}

function textOf({ format, pattern, minLength = 0, maxLength = 2_000 }: JsonSchema): fc.Arbitrary<string> {
  const known = FORMATS[format ?? ''];
  if (known !== undefined) return known;
  if (format !== undefined) throw new Error(`no generator for the format ${format}`);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u')).filter((text) => text.length <= maxLength);
  return fc.oneof(
    { weight: 5, arbitrary: fc.string({ unit, minLength, maxLength: Math.min(maxLength, minLength + 12) }) },
    { weight: 1, arbitrary: fc.constant('é'.repeat(maxLength)) },
    { weight: 1, arbitrary: awkward.filter((text) => text.length >= minLength) },
  );
}

function branchOf(schema: unknown): fc.Arbitrary<unknown> {
  if (!isSchema(schema)) throw new Error(`no generator for the schema ${JSON.stringify(schema)}`);
  return valueOf(schema);
}

function isSchema(schema: unknown): schema is JsonSchema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema);
}
