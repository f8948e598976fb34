const MOST_FAILURES = 3;
const WINDOW_MS = 15 * 60_000;
const LOCK_MS = 30 * 60_000;

/** Three failed logins within 15 minutes lock an address for 30. Instants are ISO texts. */
export interface Lockout {
  readonly failedAt: readonly string[];
  readonly lockedUntil: string | null;
}

export const NO_LOCKOUT: Lockout = { failedAt: [], lockedUntil: null };

/** Until when it is locked at `now`. */
export function lockedUntil({ lockedUntil: until }: Lockout, now: Date): string | undefined {
  return until !== null && Date.parse(until) > now.getTime() ? until : undefined;
}

export function withFailure({ failedAt }: Lockout, at: string): Lockout {
  const since = Date.parse(at) - WINDOW_MS;
  return { failedAt: [...failedAt.filter((failed) => Date.parse(failed) > since), at], lockedUntil: null };
}

/** When a lock that `lockout` calls for ends. */
export function lockDue({ failedAt }: Lockout, at: string): string | undefined {
  return failedAt.length >= MOST_FAILURES ? new Date(Date.parse(at) + LOCK_MS).toISOString() : undefined;
}

/** The failures that led to a lock are settled by it. */
export function locked(until: string): Lockout {
  return { failedAt: [], lockedUntil: until };
}
