import type { Clock } from '@edtech/shared-kernel';
import { SignJWT } from 'jose';
import { AccessTokens, type AccessClaims } from '../../application/interfaces/access-tokens.ts';
import { ACCESS_SECONDS } from '../../constants.ts';
import type { DrizzleSigningKeys } from './drizzle-signing-keys.ts';

interface Realm {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * `iat` has milliseconds (RFC 7519 allows fractions): a revocation and the login after it may share a second, and the two must have an
 * order. A token counts if Math.round(iat * 1000) is later than every revocation.
 */
export class JoseAccessTokens extends AccessTokens {
  constructor(
    private readonly keys: DrizzleSigningKeys,
    private readonly realm: Realm,
    private readonly clock: Clock,
  ) {
    super();
  }

  async issue({ userId, sessionId, role, duties, tutorVerified, after }: AccessClaims): Promise<string> {
    const { kid, key } = await this.keys.signer();
    const issuedAt = Math.max(this.clock.now().getTime(), (after?.getTime() ?? 0) + 1);
    return new SignJWT({ role, duties: [...duties], tutor_verified: tutorVerified, token_use: 'access', sid: sessionId })
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(this.realm.issuer)
      .setAudience(this.realm.audience)
      .setJti(crypto.randomUUID())
      .setIssuedAt(issuedAt / 1_000)
      .setExpirationTime(Math.floor(issuedAt / 1_000) + ACCESS_SECONDS)
      .sign(key);
  }
}
