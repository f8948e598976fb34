import type { FastifyRequest } from 'fastify';
import { TooManyRequests } from './edge.errors.ts';
import type { Principal } from './principal.ts';
import { TokenBuckets, type RateLimit } from './token-buckets.ts';

/** Of one address, whoever speaks from there: a school may stand behind it. */
const PER_ADDRESS: RateLimit = { burst: 600, perMinute: 6_000 };
const PER_PRINCIPAL: RateLimit = { burst: 200, perMinute: 1_200 };

/**
 * How often somebody may ask this process: limits of the address, of the principal and of single routes (`@RateLimit`). Services are not limited; they
 * are our own. Replicas count each for itself.
 */
export class RateLimits {
  readonly #addresses: TokenBuckets;
  readonly #principals: TokenBuckets;
  readonly #routes = new Map<string, TokenBuckets>();

  /** `now` in milliseconds from any start. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#addresses = new TokenBuckets(PER_ADDRESS, now);
    this.#principals = new TokenBuckets(PER_PRINCIPAL, now);
  }

  /** Before anything is known of the caller. Throws TooManyRequests. */
  refuseBusyAddress({ ip }: FastifyRequest): void {
    refuse(this.#addresses.waitOf(networkOf(ip)));
  }

  /** Once it is known who calls: null is somebody without a token, or with a bad one. Throws TooManyRequests. */
  count(request: FastifyRequest, principal: Principal | null): void {
    if (principal?.type === 'service') return;
    const network = networkOf(request.ip);
    refuse(this.#addresses.take(network));
    if (principal !== null) refuse(this.#principals.take(principal.id));
    const { config, url = '' } = request.routeOptions;
    const { rateLimit } = config;
    if (rateLimit !== undefined) refuse(this.#ofRoute(`${request.method} ${url}`, rateLimit).take(principal?.id ?? network));
  }

  #ofRoute(route: string, limit: RateLimit): TokenBuckets {
    const known = this.#routes.get(route);
    if (known !== undefined) return known;
    const buckets = new TokenBuckets(limit, this.now);
    this.#routes.set(route, buckets);
    return buckets;
  }
}

function refuse(waitMs: number): void {
  if (waitMs > 0) throw new TooManyRequests(Math.ceil(waitMs / 1_000));
}

/** Whoever has an IPv6 address has all of its /64. */
export function networkOf(ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip.slice(ip.lastIndexOf(':') + 1);
  const [head = '', tail] = ip.split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
