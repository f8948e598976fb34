/** What a secret from a mail is good for. */
export type MailPurpose = 'verification' | 'password' | 'guardian';

/** Secrets that are sent by mail. Only their hashes are kept. */
export abstract class MailTokens {
  /** A new secret. Those that were made before it stay good, because their mail may be on its way. */
  abstract issue(userId: string, purpose: MailPurpose): Promise<string>;
  /** Inside a unit of work. Uses the secret up, and with it all others of this user and purpose. Throws TokenExpired. */
  abstract take(token: string, purpose: MailPurpose): Promise<string>;
  /** Whose secret it is, without using it up: for a question that answers a second time that it was decided. Throws TokenExpired. */
  abstract ownerOf(token: string, purpose: MailPurpose): Promise<string>;
  abstract forget(userId: string): Promise<void>;
}
