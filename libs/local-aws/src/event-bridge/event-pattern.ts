import type { EventFields, Membership } from './event-fields.ts';
import { mergeMembership, NO_ARRAY } from './event-fields.ts';
import { parsePattern, type PatternField } from './event-pattern.parser.ts';

/** A compiled pattern. `sources` and `detailTypes`, where present, are the only values of these fields that can match. */
export interface EventPattern {
  matches(event: EventFields): boolean;
  readonly sources?: ReadonlySet<string>;
  readonly detailTypes?: ReadonlySet<string>;
}

/** Throws InvalidEventPattern. */
export function compileEventPattern(text: string): EventPattern {
  const alternatives = parsePattern(text).map((fields) =>
    // The order decides when an absence is judged against the array elements chosen so far; the bus goes by path.
    [...fields.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  );
  const sources = onlyValues(alternatives, 'source');
  const detailTypes = onlyValues(alternatives, 'detail-type');
  return {
    matches: (event) => alternatives.some((fields) => matchFrom(fields, 0, event, NO_ARRAY)),
    ...(sources && { sources }),
    ...(detailTypes && { detailTypes }),
  };
}

function matchFrom(fields: readonly PatternField[], at: number, event: EventFields, chosen: Membership): boolean {
  const field = fields[at];
  if (!field) return true;
  const values = event.at(field.path);
  if (
    field.mayBeAbsent &&
    !values.some(({ membership }) => mergeMembership(chosen, membership)) &&
    matchFrom(fields, at + 1, event, chosen)
  ) {
    return true;
  }
  const tried = new Set<Membership>();
  for (const { value, membership } of values) {
    if (tried.has(membership) || !field.tests.some((test) => test(value))) continue;
    tried.add(membership);
    const merged = mergeMembership(chosen, membership);
    if (merged && matchFrom(fields, at + 1, event, merged)) return true;
  }
  return false;
}

function onlyValues(alternatives: ReadonlyArray<readonly PatternField[]>, path: string): Set<string> | undefined {
  const values = new Set<string>();
  for (const fields of alternatives) {
    const field = fields.find((candidate) => candidate.path === path);
    if (!field?.onlyStrings) return undefined;
    for (const value of field.onlyStrings) values.add(value);
  }
  return values;
}
