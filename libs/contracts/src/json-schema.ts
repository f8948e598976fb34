import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { '~standard': _standard, ...plain } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return plain;
}

/** Every place of a schema below `path`, depth first: `changes`, `changes[]`, `changes[].from`. */
export function* placesOf(schema: JsonSchema, path = ''): Generator<{ path: string; schema: JsonSchema }> {
  yield { path, schema };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (typeof property === 'object') yield* placesOf(property, path ? `${path}.${name}` : name);
  }
  for (const item of [schema.items].flat()) {
    if (typeof item === 'object') yield* placesOf(item, `${path}[]`);
  }
  if (typeof schema.additionalProperties === 'object') yield* placesOf(schema.additionalProperties, `${path}.*`);
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
    if (typeof branch === 'object') yield* placesOf(branch, path);
  }
}
