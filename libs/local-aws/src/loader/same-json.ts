import { isDeepStrictEqual } from 'node:util';

/** Equal as JSON values: order of keys and members that are undefined do not count. */
export const sameJson = (a: unknown, b: unknown): boolean => isDeepStrictEqual(normalize(a), normalize(b));

const normalize = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
