import type { Principal } from './principal.ts';

export type Duty = 'verification' | 'support' | 'finance' | 'compliance' | 'operations';

/**
 * Who may call a route. `admin` is an administrator with any duty or none; `admin:<duty>` needs that duty, and a superadmin passes both.
 * `internal` is a service with its own token, never through the gateway. Ownership is the use case's to decide.
 */
export type Caller = 'public' | 'student' | 'tutor' | 'admin' | `admin:${Duty}` | 'superadmin' | 'internal';

const USER_ROLES: readonly Caller[] = ['student', 'tutor', 'admin', 'superadmin'];

/** The callers of one route, prepared once at boot. */
export class AccessPolicy {
  readonly isPublic: boolean;
  readonly #internal: boolean;
  readonly #onlyInternal: boolean;
  readonly #roles: ReadonlySet<string>;
  readonly #duties: readonly string[];

  constructor(readonly callers: readonly Caller[]) {
    this.isPublic = callers.includes('public');
    this.#internal = callers.includes('internal');
    this.#onlyInternal = callers.every((caller) => caller === 'internal');
    this.#duties = callers.flatMap((caller) => (caller.startsWith('admin:') ? [caller.slice('admin:'.length)] : []));
    const roles = new Set<string>(USER_ROLES.filter((role) => callers.includes(role)));
    if (roles.has('admin') || this.#duties.length > 0) roles.add('superadmin');
    this.#roles = roles;
  }

  /** Whether the route exists for this side of the gateway. */
  isVisible(throughGateway: boolean): boolean {
    return !(throughGateway && this.#onlyInternal);
  }

  admits(principal: Principal, throughGateway: boolean): boolean {
    if (principal.type === 'service') return this.#internal && !throughGateway;
    if (principal.role === undefined) return false;
    if (this.#roles.has(principal.role)) return true;
    return principal.role === 'admin' && this.#duties.some((duty) => principal.duties.includes(duty));
  }
}
