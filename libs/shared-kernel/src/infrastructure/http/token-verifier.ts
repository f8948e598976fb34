import type { Principal } from './principal.ts';

/** Tells who a bearer token speaks for. Throws Unauthenticated for anything but a valid access or service token, KeysUnavailable. */
export abstract class TokenVerifier {
  abstract verify(token: string): Principal | Promise<Principal>;
}
