export interface PublicKeys {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** The keys that sign access tokens. */
export abstract class SigningKeys {
  /** Every key of which a token may still be around, and the next one before it signs. */
  abstract published(): Promise<PublicKeys>;
  /** Makes a new key when one is due, and withdraws those whose tokens have all expired. Safe to repeat, and from several processes. */
  abstract rotate(): Promise<void>;
}
