import { z } from 'zod';

/** The same schema, except that unknown fields are dropped at every depth: an older reader accepts what a newer minor added. */
export function tolerant(schema: z.ZodObject): z.ZodObject {
  const shape = Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, tolerantField(field)]));
  return schema.clone({ ...schema.def, shape, catchall: undefined });
}

function tolerantField(field: z.core.$ZodType): z.core.$ZodType {
  if (field instanceof z.ZodObject) return tolerant(field);
  if (field instanceof z.ZodArray) return field.clone({ ...field.def, element: tolerantField(field.def.element) });
  if (field instanceof z.ZodOptional) return field.clone({ ...field.def, innerType: tolerantField(field.def.innerType) });
  if (field instanceof z.ZodNullable) return field.clone({ ...field.def, innerType: tolerantField(field.def.innerType) });
  if (field instanceof z.ZodUnion) return field.clone({ ...field.def, options: field.def.options.map(tolerantField) });
  return field;
}
