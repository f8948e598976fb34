import type { EventContract } from './define-event.ts';
import { schemasOf } from './define-event.ts';
import { jsonSchemaOf } from './json-schema.ts';

/** Event name → version → JSON Schema, as it was when the version was released. */
export type ReleasedSchemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export function currentSchemas(contracts: readonly EventContract[]): ReleasedSchemas {
  return Object.fromEntries(
    contracts.map((contract) => [
      contract.name,
      Object.fromEntries(Object.entries(schemasOf(contract)).map(([version, schema]) => [version, jsonSchemaOf(schema)])),
    ]),
  );
}

/** What would break a stored or travelling event: anything in a released version except a new optional field. */
export function breakingChanges(released: ReleasedSchemas, current: ReleasedSchemas): string[] {
  return Object.entries(released).flatMap(([event, versions]) =>
    Object.entries(versions).flatMap(([version, schema]) => {
      const now = current[event]?.[version];
      if (now === undefined) return [`${event} v${version} was released and is gone; keep it readable`];
      return differences(schema, now).map(
        (place) => `${event} v${version} changed at ${place}; leave it and add version ${Number(version) + 1}`,
      );
    }),
  );
}

function differences(released: unknown, current: unknown, path = ''): string[] {
  if (!isObject(released) || !isObject(current)) return JSON.stringify(released) === JSON.stringify(current) ? [] : [path || '/'];
  const keys = new Set([...Object.keys(released), ...Object.keys(current)]);
  return [...keys].flatMap((key) => {
    // The validator derives this text from `format` and may reword it in any release of its own.
    if (key === 'pattern' && released['format'] !== undefined && released['format'] === current['format']) return [];
    const place = `${path}/${key}`;
    if (key === 'properties') return propertyDifferences(released, current, place);
    if (key === 'required') return JSON.stringify(sorted(released[key])) === JSON.stringify(sorted(current[key])) ? [] : [place];
    return differences(released[key], current[key], place);
  });
}

function propertyDifferences(released: Record<string, unknown>, current: Record<string, unknown>, path: string): string[] {
  const before = isObject(released['properties']) ? released['properties'] : {};
  const after = isObject(current['properties']) ? current['properties'] : {};
  // A new mandatory field is reported by the comparison of `required`.
  return Object.keys(before).flatMap((name) =>
    name in after ? differences(before[name], after[name], `${path}/${name}`) : [`${path}/${name}`],
  );
}

function sorted(list: unknown): unknown[] {
  return Array.isArray(list) ? list.toSorted() : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
