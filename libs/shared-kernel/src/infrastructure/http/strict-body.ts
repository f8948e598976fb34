import { z } from 'zod';

/** An object with exactly these fields: an unknown one is refused, so nobody can set what a schema does not name. */
export function strictBody<T extends z.core.$ZodLooseShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(shape);
}
