import type { Random } from '../ports.ts';
import type { TargetState } from './state.ts';

export type Exhausted = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

export const MAX_RETRY_ATTEMPTS = 185;
export const MAX_EVENT_AGE_SECONDS = 86_400;

const FIRST_DELAY_MS = 200;
/** With full jitter half of it on average: 185 attempts then last about a day. */
const LONGEST_DELAY_MS = 900_000;

/**
 * What follows failed attempt number `attempts` (1 = the first): the time of the next attempt, or the limit that forbids one.
 * All times in milliseconds since 1970.
 */
export function afterFailure(
  policy: TargetState['RetryPolicy'],
  attempt: { attempts: number; acceptedAt: number; now: number },
  random: Random,
): { retryAt: number } | { exhausted: Exhausted } {
  const maximum = policy?.MaximumRetryAttempts ?? MAX_RETRY_ATTEMPTS;
  if (attempt.attempts > maximum) return { exhausted: 'MaximumRetryAttempts' };
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt.attempts - 1, 30));
  const retryAt = attempt.now + Math.ceil(random() * ceiling);
  const maximumAge = (policy?.MaximumEventAgeInSeconds ?? MAX_EVENT_AGE_SECONDS) * 1000;
  if (retryAt > attempt.acceptedAt + maximumAge) return { exhausted: 'MaximumEventAgeInSeconds' };
  return { retryAt };
}
