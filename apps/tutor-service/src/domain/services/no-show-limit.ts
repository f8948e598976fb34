const LIMIT = 3;
const WINDOW_MS = 90 * 86_400_000;

/** Whether some 90 days hold three missed lessons, in whatever order they became known. */
export function reachesNoShowLimit(missedAt: readonly Date[]): boolean {
  const times = missedAt.map((at) => at.getTime()).sort((a, b) => a - b);
  return times.some((first, index) => (times[index + LIMIT - 1] ?? Infinity) - first <= WINDOW_MS);
}
