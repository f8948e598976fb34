import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { KeysUnavailable, Unauthenticated } from './edge.errors.ts';
import type { Principal } from './principal.ts';
import { TokenVerifier } from './token-verifier.ts';

interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
}

const LEEWAY_SECONDS = 30;
const MOST_REMEMBERED = 1_000;
/** A remembered token outlives the withdrawal of its key by at most this. */
const REMEMBERED_MS = 30_000;

/**
 * EdDSA tokens of one issuer, checked with its published keys only. A token that passed is remembered for at most 30 s and never beyond its
 * expiry, so a busy client costs one signature check per half minute.
 */
export class JwtVerifier extends TokenVerifier {
  readonly #getKey: JWTVerifyGetKey;
  readonly #remembered = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(private readonly options: JwtOptions) {
    super();
    const keys = createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 30_000 });
    this.#getKey = async (header, token) => {
      try {
        return await keys(header, token);
      } catch (cause) {
        if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
        if (cause instanceof errors.JOSENotSupported) throw cause;
        throw new KeysUnavailable({ cause });
      }
    };
  }

  verify(token: string): Principal | Promise<Principal> {
    const known = this.#remembered.get(token);
    if (known === undefined) return this.#check(token);
    if (Date.now() < known.until) return known.principal;
    this.#remembered.delete(token);
    return this.#check(token);
  }

  async #check(token: string): Promise<Principal> {
    try {
      const { payload } = await jwtVerify(token, this.#getKey, {
        algorithms: ['EdDSA'],
        issuer: this.options.issuer,
        audience: this.options.audience,
        clockTolerance: LEEWAY_SECONDS,
        requiredClaims: ['exp', 'sub'],
      });
      const principal = principalOf(payload);
      this.#remember(token, principal, payload.exp ?? 0);
      return principal;
    } catch (cause) {
      throw cause instanceof KeysUnavailable || cause instanceof Unauthenticated ? cause : new Unauthenticated({ cause });
    }
  }

  #remember(token: string, principal: Principal, expires: number): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(token, { principal, until: Math.min(Date.now() + REMEMBERED_MS, expires * 1_000) });
  }
}

/** Claims: `sub`, `token_use: access | service`, `role`, `duties`, `tutor_verified`. */
function principalOf(claims: JWTPayload): Principal {
  const { sub, token_use: use, role, duties = [], tutor_verified: tutorVerified = false } = claims;
  if (sub === undefined || sub === '') throw new Unauthenticated();
  if (use === 'service') return { id: sub, type: 'service', duties: [], tutorVerified: false };
  if (use !== 'access' || typeof role !== 'string' || !Array.isArray(duties)) throw new Unauthenticated();
  return {
    id: sub,
    type: 'user',
    role,
    duties: duties.filter((duty) => typeof duty === 'string'),
    tutorVerified: tutorVerified === true,
  };
}
