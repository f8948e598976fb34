/** When tutors are paid: the same hour of the same day each week, in UTC. */
export interface PayoutSchedule {
  /** 1 is Monday. */
  readonly day: number;
  readonly hour: number;
  /** Divides the week: 3600 turns it into 168 seconds. 1 everywhere but in demos and tests. */
  readonly timeScale: number;
}

export interface PayoutWeek {
  /** ISO week, `2026-W45`; where time is scaled, a number that is written like one. */
  readonly week: string;
  /** When it fell due, and when the next one does. */
  readonly dueAt: Date;
  readonly nextAt: Date;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** A Monday. */
const FIRST_MONDAY = Date.UTC(1970, 0, 5);

/** The week whose payouts were the last to fall due at `now`. */
export function payoutWeekAt(now: Date, { day, hour, timeScale }: PayoutSchedule): PayoutWeek {
  const first = FIRST_MONDAY + ((day - 1) * DAY_MS + hour * 3_600_000) / timeScale;
  const length = WEEK_MS / timeScale;
  const nth = Math.floor((now.getTime() - first) / length);
  const due = first + nth * length;
  return { week: timeScale === 1 ? isoWeekOf(due) : writtenAsWeek(nth), dueAt: new Date(due), nextAt: new Date(due + length) };
}

function isoWeekOf(instant: number): string {
  const monday = instant - ((((instant - FIRST_MONDAY) % WEEK_MS) + WEEK_MS) % WEEK_MS);
  const thursday = new Date(monday + 3 * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / WEEK_MS);
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function writtenAsWeek(nth: number): string {
  return `${String(Math.floor(nth / 52) % 10_000).padStart(4, '0')}-W${String((nth % 52) + 1).padStart(2, '0')}`;
}
