import { ConcurrencyConflict, DomainError } from '../domain/domain.error.ts';
import { EventStoreUnavailable } from './event-store.ts';

/** What becomes of a message whose handling failed. Nothing is ever skipped. */
export type Verdict =
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'park' }
  | { readonly kind: 'stop' };

/** `attempt` counts from 1. */
export type FailurePolicy = (error: unknown, attempt: number) => Verdict;

interface RetryOptions {
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

const DEFAULTS: RetryOptions = { attempts: 5, baseMs: 100, capMs: 30_000 };

/** A queue gives a message up after some receptions: they must last longer than an outage. */
const LONGEST_OUTAGE_PAUSE_MS = 5 * 60_000;

/**
 * Exponential backoff with full jitter, then park. What cannot succeed by waiting (a business rule, a broken contract, an unknown event)
 * is parked at once; what an event store that is away has refused is never parked.
 */
export function retryThenPark(options: Partial<RetryOptions> = {}, random: () => number = Math.random): FailurePolicy {
  const { attempts, baseMs, capMs } = { ...DEFAULTS, ...options };
  return (error, attempt) => {
    if (error instanceof EventStoreUnavailable)
      return { kind: 'retry', afterMs: fullJitter(attempt, baseMs, Math.max(capMs, LONGEST_OUTAGE_PAUSE_MS), random) };
    if (isPermanent(error) || attempt >= attempts) return { kind: 'park' };
    return { kind: 'retry', afterMs: fullJitter(attempt, baseMs, capMs, random) };
  };
}

/** A delay between 0 and `baseMs * 4^(attempt-1)`, at most `capMs`: spreads retries of many clients evenly. */
export function fullJitter(attempt: number, baseMs: number, capMs: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(capMs, baseMs * 4 ** (attempt - 1)));
}

/** A handler neither returned nor threw. What it still does finds its transaction closed; where it acts outside it may be repeated. */
export class HandlerTimedOut extends Error {
  readonly code = 'HANDLER_TIMED_OUT';

  constructor(
    readonly subscription: string,
    readonly afterMs: number,
  ) {
    super(`${subscription} did not finish within ${afterMs} ms; give its outgoing calls a timeout`);
    this.name = 'HandlerTimedOut';
  }
}

const PERMANENT_CODES = new Set(['CONTRACT_VIOLATION', 'UNKNOWN_SCHEMA_VERSION', 'UNKNOWN_EVENT', 'MALFORMED_MESSAGE']);

export function isPermanent(error: unknown): boolean {
  if (error instanceof ConcurrencyConflict) return false;
  if (error instanceof DomainError) return true;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && PERMANENT_CODES.has(error.code);
}
