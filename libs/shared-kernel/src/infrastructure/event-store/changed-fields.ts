/** One field that differs; a missing side means that the field is not there. */
export interface FieldChange {
  /** Names and indexes from the outside in, joined by dots: `refunds.0.status`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** The fields in which two JSON values differ, each as deep as the difference goes, in the order of the older value. */
export function changedFields(before: object, after: object): FieldChange[] {
  return changesBelow('', before, after);
}

function changesBelow(path: string, before: unknown, after: unknown): FieldChange[] {
  if (Object.is(before, after)) return [];
  const older = fieldsOf(before);
  const newer = fieldsOf(after);
  const comparable = older !== undefined && newer !== undefined && Array.isArray(before) === Array.isArray(after);
  const appears = before === undefined && newer !== undefined && newer.size > 0;
  const disappears = after === undefined && older !== undefined && older.size > 0;
  if (!comparable && !appears && !disappears)
    return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  const names = new Set([...(older?.keys() ?? []), ...(newer?.keys() ?? [])]);
  return [...names].flatMap((name) => changesBelow(path === '' ? name : `${path}.${name}`, older?.get(name), newer?.get(name)));
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : undefined;
}
