import fc from 'fast-check';

/** What our OpenAPI documents use of JSON Schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly nullable?: boolean;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

/** The named schemas of a document. */
export type Named = Readonly<Record<string, Schema>>;

const MOST_ITEMS = 3;
const LONGEST = 40;
const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });

export function resolved(schema: Schema, named: Named): Schema {
  if (schema.$ref === undefined) return schema;
  const found = named[schema.$ref.replace('#/components/schemas/', '')];
  if (found === undefined) throw new Error(`${schema.$ref} is not in the document`);
  return found;
}

/** Values that the schema allows. Throws for a schema that it does not understand: it would generate less than it says. */
export function valueOf(given: Schema, named: Named): fc.Arbitrary<unknown> {
  const schema = resolved(given, named);
  if (schema.nullable === true) return fc.oneof(fc.constant(null), valueOf({ ...schema, nullable: false }, named));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((branch) => valueOf(branch, named)));
  switch (schema.type) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000_000, max: Math.min(schema.maximum ?? 1_000_000, 2_147_483_647) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, named), { maxLength: Math.min(schema.maxItems ?? MOST_ITEMS, MOST_ITEMS) });
    case 'object':
      return objectOf(schema, named);
    default:
      throw new Error(`no values are known for ${JSON.stringify(schema)}`);
  }
}

function objectOf({ properties = {}, required = [] }: Schema, named: Named): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueOf(field, named)]));
  return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
}

function textOf({ format, pattern, minLength = 0, maxLength = LONGEST }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return instant.map((date) => date.toISOString());
  if (format === 'date') return instant.map((date) => date.toISOString().slice(0, 10));
  if (format === 'binary') return fc.constant('%PDF-1.7');
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter((text) => text.length <= maxLength);
  const letters = fc.string({ minLength: Math.max(minLength, 1), maxLength: Math.min(maxLength, LONGEST), unit: 'grapheme' });
  return letters.filter((text) => text.trim().length >= minLength && text.length <= maxLength);
}

/** Names of the fields of an object schema. */
export function propertiesOf(schema: Schema, named: Named): string[] {
  return Object.keys(resolved(schema, named).properties ?? {});
}

/** Names of all fields, at any depth, of the named schemas. */
export function namesIn(named: Named): Set<string> {
  const names = new Set<string>();
  const walk = ({ properties = {}, items, anyOf = [] }: Schema): void => {
    for (const [name, field] of Object.entries(properties)) {
      names.add(name);
      walk(field);
    }
    if (items !== undefined) walk(items);
    for (const branch of anyOf) walk(branch);
  };
  for (const schema of Object.values(named)) walk(schema);
  return names;
}
