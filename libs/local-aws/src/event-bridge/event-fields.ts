import { isObject } from './json.ts';

export type Scalar = string | number | boolean | null;

/** Alternating array number and element index: the array elements a value lies in. */
export type Membership = readonly number[];

interface FieldValue {
  readonly value: Scalar;
  readonly membership: Membership;
}

export const NO_ARRAY: Membership = [];

const ABSENT: readonly FieldValue[] = [];

/**
 * The leaves of one event by dotted path. Arrays vanish from the path but stay in the membership; empty objects and arrays have
 * no leaves. Deep paths are collected once, at the first question for one.
 */
export class EventFields {
  private deep: Map<string, FieldValue[]> | undefined;
  private arrays = 0;

  constructor(private readonly event: Readonly<Record<string, unknown>>) {}

  at(path: string): readonly FieldValue[] {
    if (!path.includes('.')) {
      const value = Object.hasOwn(this.event, path) ? this.event[path] : undefined;
      if (isScalar(value)) return [{ value, membership: NO_ARRAY }];
      if (value === undefined) return ABSENT;
    }
    if (!this.deep) {
      this.deep = new Map();
      this.collect('', this.event, NO_ARRAY, this.deep);
    }
    return this.deep.get(path) ?? ABSENT;
  }

  private collect(path: string, value: unknown, membership: Membership, into: Map<string, FieldValue[]>): void {
    if (isScalar(value)) {
      const values = into.get(path);
      if (values) values.push({ value, membership });
      else into.set(path, [{ value, membership }]);
    } else if (Array.isArray(value)) {
      const array = this.arrays++;
      value.forEach((element: unknown, index) =>
        this.collect(path, element, isScalar(element) ? membership : [...membership, array, index], into),
      );
    } else if (isObject(value)) {
      for (const [key, child] of Object.entries(value)) {
        this.collect(path === '' ? key : `${path}.${key}`, child, membership, into);
      }
    }
  }
}

/** The union of both, or undefined when they name different elements of the same array. */
export function mergeMembership(known: Membership, added: Membership): Membership | undefined {
  if (added.length === 0) return known;
  if (known.length === 0) return added;
  const merged = [...known];
  for (let at = 0; at < added.length; at += 2) {
    const array = added[at];
    const index = added[at + 1];
    if (array === undefined || index === undefined) break;
    const same = findArray(known, array);
    if (same === undefined) merged.push(array, index);
    else if (same !== index) return undefined;
  }
  return merged;
}

function findArray(membership: Membership, array: number): number | undefined {
  for (let at = 0; at < membership.length; at += 2) {
    if (membership[at] === array) return membership[at + 1];
  }
  return undefined;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
