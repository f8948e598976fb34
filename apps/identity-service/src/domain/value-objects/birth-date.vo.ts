const OF_AGE = 18;
const OLDEST = 120;

/** Whether somebody born on `birthDate` (`YYYY-MM-DD`) is a minor at `now`, in UTC; undefined for a day on which no living person was born. */
export function isMinorOn(birthDate: string, now: Date): boolean | undefined {
  const today = now.toISOString().slice(0, 10);
  if (birthDate > today || birthDate < yearsBefore(today, OLDEST)) return undefined;
  return birthDate > yearsBefore(today, OF_AGE);
}

/** The same day of an earlier year, as text: 29 February stands behind 28 February of every year. */
function yearsBefore(date: string, years: number): string {
  return `${String(Number(date.slice(0, 4)) - years).padStart(4, '0')}${date.slice(4)}`;
}
