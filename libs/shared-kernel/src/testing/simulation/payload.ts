import { z } from 'zod';
import type { SeededRandom } from '../faults/seeded-random.ts';

/** Values for fields by name, wherever they stand: how ids come from a pool, so that events meet. */
export type Values = Readonly<Record<string, unknown>>;

/** Texts of the forms that schemas ask for; a schema takes the first few that it accepts. */
const TEXTS = [
  'en',
  'UTC',
  'a reason',
  'ada@example.org',
  '2026-01-05T09:00:00.000Z',
  '2026-01-05',
  '09:00',
  'a'.repeat(64),
  '0b9d3f1c-0000-4000-8000-0000000000ff',
];

/** A payload that the schema accepts. Throws for a schema it cannot find one for; then name the field in `values`. */
export function payloadOf(schema: z.ZodType, random: SeededRandom, values: Values = {}): Record<string, unknown> {
  const payload = z.record(z.string(), z.unknown()).parse(valueOf(schema, random, values, 'payload'));
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw new Error(`no payload fits the schema: ${parsed.error.message}; name the field in the values`);
  return payload;
}

function valueOf(schema: unknown, random: SeededRandom, values: Values, name: string): unknown {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([field, inner]) => [
      field,
      Object.hasOwn(values, field) ? values[field] : valueOf(inner, random, values, field),
    ]);
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  }
  if (schema instanceof z.ZodOptional) return random.chance(0.5) ? undefined : valueOf(schema.unwrap(), random, values, name);
  if (schema instanceof z.ZodNullable) return random.chance(0.3) ? null : valueOf(schema.unwrap(), random, values, name);
  if (schema instanceof z.ZodArray)
    return Array.from({ length: random.int(3) }, () => valueOf(schema.element, random, values, name));
  if (schema instanceof z.ZodUnion) return valueOf(random.pick(schema.options), random, values, name);
  if (schema instanceof z.ZodEnum) return random.pick(schema.options);
  if (schema instanceof z.ZodLiteral) return [...schema.values][0];
  if (schema instanceof z.ZodBoolean) return random.chance(0.5);
  if (schema instanceof z.ZodNumber) return firstOf(schema, [random.between(1, 5), 0, 2026], name);
  if (schema instanceof z.ZodType) return firstOf(schema, [...TEXTS.slice(random.int(3)), ...TEXTS], name);
  throw new Error(`${name} has no schema`);
}

function firstOf(schema: z.ZodType, candidates: readonly unknown[], name: string): unknown {
  const found = candidates.find((candidate) => schema.safeParse(candidate).success);
  if (found === undefined) throw new Error(`no value is known for ${name}; name it in the values`);
  return found;
}
