import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { Unauthenticated } from './edge.errors.ts';
import type { Principal } from './principal.ts';
import { SERVICE_ISSUER } from './service-tokens.ts';
import { TokenVerifier } from './token-verifier.ts';

const LEEWAY_SECONDS = 30;
const LONGEST_SECONDS = 120;

const claimsOfService = z.object({
  sub: z.string().min(1),
  token_use: z.literal('service'),
  actor: z.object({ id: z.string(), type: z.enum(['user', 'service', 'system']), role: z.string().optional() }).optional(),
});

/** Tokens that services sign for themselves; the key that signed must be one of the service the token names. */
export class ServiceTokenVerifier extends TokenVerifier {
  readonly #getKey: JWTVerifyGetKey;

  /** `keys`: the public keys of all services. `service`: the one that is called; tokens for another one do not count here. */
  constructor(
    keys: JSONWebKeySet,
    private readonly service: string,
  ) {
    super();
    this.#getKey = createLocalJWKSet(keys);
  }

  async verify(token: string): Promise<Principal> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#getKey, {
        algorithms: ['EdDSA'],
        issuer: SERVICE_ISSUER,
        audience: this.service,
        clockTolerance: LEEWAY_SECONDS,
        maxTokenAge: LONGEST_SECONDS,
        requiredClaims: ['exp', 'sub'],
      });
      const { sub, actor } = claimsOfService.parse(payload);
      if (protectedHeader.kid?.split('/', 1)[0] !== sub) throw new Unauthenticated();
      return {
        id: sub,
        type: 'service',
        duties: [],
        tutorVerified: false,
        ...(actor === undefined
          ? {}
          : { onBehalfOf: { id: actor.id, type: actor.type, ...(actor.role === undefined ? {} : { role: actor.role }) } }),
      };
    } catch (cause) {
      throw cause instanceof Unauthenticated ? cause : new Unauthenticated({ cause });
    }
  }
}

/** Hands a token to the verifier of its kind. What it says of its issuer is only a hint: the verifier of that issuer judges it. */
export class BearerTokens extends TokenVerifier {
  constructor(
    private readonly users: TokenVerifier,
    private readonly services: TokenVerifier,
  ) {
    super();
  }

  verify(token: string): Principal | Promise<Principal> {
    return (issuerOf(token) === SERVICE_ISSUER ? this.services : this.users).verify(token);
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
