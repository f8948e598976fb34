import { importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Actor } from '../../domain/actor.ts';

/** Services speak for themselves: each signs with its own key, and nobody else issues tokens of services. */
export const SERVICE_ISSUER = 'urn:edtech:services';

const LIFETIME_SECONDS = 60;

/** Signs what one service sends to others. Each token is for one service and one minute. */
export class ServiceTokens {
  #key: Promise<CryptoKey | Uint8Array> | undefined;

  /** `privateKey` is an Ed25519 JWK whose `kid` is the name of the service, or that name, a slash and a mark of the key. */
  constructor(
    readonly service: string,
    private readonly privateKey: JWK,
  ) {}

  /** `onBehalfOf`: whose request or event made the service call; what the other service records names this actor. */
  async mint(audience: string, onBehalfOf?: Actor): Promise<string> {
    this.#key ??= importJWK(this.privateKey, 'EdDSA');
    return new SignJWT({ token_use: 'service', ...(onBehalfOf === undefined ? {} : { actor: { ...onBehalfOf } }) })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.privateKey.kid ?? this.service })
      .setSubject(this.service)
      .setIssuer(SERVICE_ISSUER)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_SECONDS}s`)
      .sign(await this.#key);
  }
}
