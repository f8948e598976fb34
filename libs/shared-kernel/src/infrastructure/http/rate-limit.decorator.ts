import { addRouteConfig } from './route-config.ts';
import type { RateLimit as Limit } from './token-buckets.ts';

/** A stricter limit for this route alone, per principal, or per address where nobody has signed in: `@RateLimit({ burst: 5, perMinute: 10 })`. */
export function RateLimit(limit: Limit): MethodDecorator {
  return addRouteConfig({ rateLimit: limit });
}
