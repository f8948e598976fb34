import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { KeysUnavailable, Unauthenticated } from './edge.errors.ts';
import type { Principal } from './principal.ts';
import type { RevokedTokens } from './revoked-tokens.ts';
import { LONGEST_TOKEN_MS } from './token-lifetime.ts';
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
 * EdDSA access tokens of one issuer, checked with its published keys only. A token that passed is remembered for at most 30 s and never beyond its
 * expiry, so a busy client costs one signature check per half minute. Whether it was revoked is asked every time.
 */
export class JwtVerifier extends TokenVerifier {
  readonly #getKey: JWTVerifyGetKey;
  readonly #remembered = new Map<string, KnownToken>();

  constructor(
    private readonly options: JwtOptions,
    private readonly revoked: Pick<RevokedTokens, 'isRevoked'>,
  ) {
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
    if (known !== undefined && Date.now() < known.until) return this.#unlessRevoked(known);
    this.#remembered.delete(token);
    return this.#check(token).then((checked) => this.#unlessRevoked(checked));
  }

  #unlessRevoked({ principal, issuedAt }: KnownToken): Principal | Promise<Principal> {
    const revoked = this.revoked.isRevoked(principal.id, issuedAt);
    if (typeof revoked === 'boolean') return unless(revoked, principal);
    return revoked.then((late) => unless(late, principal));
  }

  async #check(token: string): Promise<KnownToken> {
    try {
      const { payload } = await jwtVerify(token, this.#getKey, {
        algorithms: ['EdDSA'],
        issuer: this.options.issuer,
        audience: this.options.audience,
        clockTolerance: LEEWAY_SECONDS,
        maxTokenAge: LONGEST_TOKEN_MS / 1_000,
        requiredClaims: ['exp', 'sub'],
      });
      const { exp = 0, iat = 0 } = payload;
      const until = Math.min(Date.now() + REMEMBERED_MS, exp * 1_000);
      const known = { principal: principalOf(payload), issuedAt: Math.round(iat * 1_000), until };
      this.#remember(token, known);
      return known;
    } catch (cause) {
      throw cause instanceof KeysUnavailable || cause instanceof Unauthenticated ? cause : new Unauthenticated({ cause });
    }
  }

  #remember(token: string, known: KnownToken): void {
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(token, known);
  }
}

interface KnownToken {
  readonly principal: Principal;
  readonly issuedAt: number;
  readonly until: number;
}

function unless(revoked: boolean, principal: Principal): Principal {
  if (revoked) throw new Unauthenticated();
  return principal;
}

/** Claims: `sub`, `token_use: access`, `role`, `duties`, `tutor_verified`. */
function principalOf(claims: JWTPayload): Principal {
  const { sub, token_use: use, role, duties = [], tutor_verified: tutorVerified = false } = claims;
  if (sub === undefined || sub === '') throw new Unauthenticated();
  if (use !== 'access' || typeof role !== 'string' || !Array.isArray(duties)) throw new Unauthenticated();
  return {
    id: sub,
    type: 'user',
    role,
    duties: duties.filter((duty) => typeof duty === 'string'),
    tutorVerified: tutorVerified === true,
  };
}
