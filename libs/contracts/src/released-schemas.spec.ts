import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSchemaOf } from './json-schema.ts';
import { breakingChanges } from './released-schemas.ts';

const item = z.strictObject({ code: z.enum(['a', 'b']) });
const base = z.strictObject({
  userId: z.guid(),
  name: z.string().max(10),
  items: z.array(item),
  until: z.iso.datetime().optional(),
});
const released = { 'user.renamed': { 1: jsonSchemaOf(base) } };
const changesOf = (schema: z.ZodType): string[] => breakingChanges(released, { 'user.renamed': { 1: jsonSchemaOf(schema) } });

describe('a released version may only grow by optional fields', () => {
  test('nothing changed', () => expect(changesOf(base)).toEqual([]));
  test('a new optional field', () => expect(changesOf(base.extend({ note: z.string().optional() }))).toEqual([]));
  test('a new optional field further down', () => {
    expect(changesOf(base.extend({ items: z.array(item.extend({ weight: z.int().optional() })) }))).toEqual([]);
  });
  test('the order of the fields', () => {
    const { name, ...rest } = base.shape;
    expect(changesOf(z.strictObject({ name, ...rest }))).toEqual([]);
  });
  test('a new version beside it', () => {
    const both = { 'user.renamed': { 1: jsonSchemaOf(base), 2: jsonSchemaOf(item) } };
    expect(breakingChanges(released, both)).toEqual([]);
  });

  test.each<[string, z.ZodType, string]>([
    ['a new mandatory field', base.extend({ note: z.string() }), '/required'],
    ['a removed field', base.omit({ name: true }), '/properties/name'],
    ['a removed optional field', base.omit({ until: true }), '/properties/until'],
    ['a field that became mandatory', base.extend({ until: z.iso.datetime() }), '/required'],
    ['a field that became optional', base.partial({ name: true }), '/required'],
    ['another type', base.extend({ name: z.int() }), '/properties/name/type'],
    ['a tighter bound', base.extend({ name: z.string().max(5) }), '/properties/name/maxLength'],
    ['another format', base.extend({ until: z.iso.date().optional() }), '/properties/until/format'],
    [
      'a value less',
      base.extend({ items: z.array(z.strictObject({ code: z.enum(['a']) })) }),
      '/properties/items/items/properties/code/enum',
    ],
    [
      'a value more',
      base.extend({ items: z.array(z.strictObject({ code: z.enum(['a', 'b', 'c']) })) }),
      '/properties/items/items/properties/code/enum',
    ],
    ['an open object', z.object(base.shape), '/additionalProperties'],
  ])('%s needs a new version', (_what, schema, place) => {
    expect(changesOf(schema).join()).toContain(`user.renamed v1 changed at ${place}`);
  });

  test('a version or an event that is gone', () => {
    expect(breakingChanges(released, { 'user.renamed': {} })).toEqual([
      'user.renamed v1 was released and is gone; keep it readable',
    ]);
    expect(breakingChanges(released, {})).toHaveLength(1);
  });
});
