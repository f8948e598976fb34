import type { Account } from '../../domain/entities/account.entity.ts';

export abstract class AccountRepository {
  abstract find(userId: string): Promise<Account | undefined>;
  abstract findByEmail(email: string): Promise<Account | undefined>;
  /**
   * Inside a unit of work, until whose end nobody else changes the account or issues tokens for it: whoever revokes sessions or issues a
   * token reads the account with this, so that the two have an order.
   */
  abstract hold(userId: string): Promise<Account | undefined>;
  /** Throws EmailTaken, ConcurrencyConflict. */
  abstract save(account: Account): Promise<void>;
  /** Inside a unit of work. Deletes the row; what the log holds of the past stays until the log is encrypted per subject. */
  abstract erase(userId: string): Promise<void>;
  /** When the sessions of the user were last revoked: `occurredAt` of the newest `identity.sessions_revoked`. */
  abstract sessionsRevokedAt(userId: string): Promise<Date | undefined>;
}
