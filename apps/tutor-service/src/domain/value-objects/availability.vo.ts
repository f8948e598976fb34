import { Temporal } from 'temporal-polyfill';
import { AvailabilityOverlap, InvalidWindow, InvalidZone } from '../errors/tutor.errors.ts';

/** Local wall times `HH:MM`; `24:00` ends a day. */
interface WallWindow {
  readonly from: string;
  readonly to: string;
}

/** When a tutor gives lessons: wall times in the tutor's zone, because stored instants shift at every clock change. Day 1 is Monday. */
export interface Availability {
  readonly weekly: readonly (WallWindow & { readonly day: number })[];
  readonly exceptions: readonly AvailabilityException[];
}

type AvailabilityException =
  | { readonly date: string; readonly closed: true }
  | { readonly date: string; readonly slots: readonly WallWindow[] };

/** UTC instants. */
export interface OpenWindow {
  readonly from: string;
  readonly to: string;
}

export const NO_AVAILABILITY: Availability = { weekly: [], exceptions: [] };

/** The same windows in one order. Throws InvalidZone, InvalidWindow and AvailabilityOverlap. */
export function checkedAvailability(timezone: string, { weekly, exceptions }: Availability): Availability {
  if (!isZone(timezone)) throw new InvalidZone(timezone);
  for (const day of [1, 2, 3, 4, 5, 6, 7]) {
    checkDay(
      `day ${day}`,
      weekly.filter((window) => window.day === day),
    );
  }
  for (const exception of exceptions) checkDay(exception.date, slotsOf(exception));
  const twice = exceptions.find(({ date }, index) => exceptions.findIndex((other) => other.date === date) !== index);
  if (twice !== undefined) throw new AvailabilityOverlap(twice.date);
  return {
    weekly: weekly.map(({ day, from, to }) => ({ day, from, to })).sort((a, b) => a.day - b.day || byStart(a, b)),
    exceptions: exceptions
      .map((exception) => ('slots' in exception ? { ...exception, slots: exception.slots.toSorted(byStart) } : exception))
      .sort((a, b) => a.date.localeCompare(b.date)),
  };
}

/**
 * The windows of one local date as instants. A wall time that a clock change skips is moved on by the length of the gap; one that comes
 * twice is the first. A window to which that leaves no length is left out.
 */
export function windowsOn(date: string, timezone: string, { weekly, exceptions }: Availability): OpenWindow[] {
  const exception = exceptions.find((candidate) => candidate.date === date);
  const day = Temporal.PlainDate.from(date).dayOfWeek;
  const windows = exception === undefined ? weekly.filter((window) => window.day === day) : slotsOf(exception);
  return windows
    .map(({ from, to }) => ({ from: instantOf(date, from, timezone), to: instantOf(date, to, timezone) }))
    .filter(({ from, to }) => from < to);
}

/** The windows of `days` local dates, from the one of `now` in that zone on. */
export function windowsFrom(now: Date, days: number, timezone: string, availability: Availability): OpenWindow[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone).toPlainDate();
  return Array.from({ length: days }, (_, offset) =>
    windowsOn(today.add({ days: offset }).toString(), timezone, availability),
  ).flat();
}

function instantOf(date: string, wallTime: string, timezone: string): string {
  const midnight = wallTime === '24:00';
  const time = Temporal.PlainTime.from(midnight ? '00:00' : wallTime);
  const local = Temporal.PlainDate.from(date)
    .add({ days: midnight ? 1 : 0 })
    .toPlainDateTime(time);
  return new Date(local.toZonedDateTime(timezone, { disambiguation: 'compatible' }).epochMilliseconds).toISOString();
}

/** A name of the IANA database; an offset such as `+02:00` has no clock changes and is refused. */
function isZone(timezone: string): boolean {
  if (!/^[A-Za-z]/.test(timezone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timezone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function checkDay(place: string, windows: readonly WallWindow[]): void {
  const sorted = windows.toSorted(byStart);
  for (const [index, { from, to }] of sorted.entries()) {
    if (from >= to) throw new InvalidWindow(place, from, to);
    const next = sorted[index + 1];
    if (next !== undefined && next.from < to) throw new AvailabilityOverlap(place);
  }
}

function slotsOf(exception: AvailabilityException): readonly WallWindow[] {
  return 'slots' in exception ? exception.slots : [];
}

function byStart(a: WallWindow, b: WallWindow): number {
  return a.from.localeCompare(b.from);
}
