import type { Role } from '../../domain/value-objects/user-card.vo.ts';

/**
 * Who keeps the passwords, and whom else to tell of an account. The account itself is always ours: the provider is told, never asked, whether
 * somebody is disabled or has a role. Everything is safe to repeat. What is told of a user whom the provider does not have changes nothing.
 */
export abstract class IdentityProvider {
  /** Inside a unit of work, as its last act. */
  abstract signUp(userId: string, email: string, password: string): Promise<void>;
  /** As long for an unknown user as for a wrong password; false for both. */
  abstract passwordMatches(userId: string | undefined, password: string): Promise<boolean>;
  /** Inside a unit of work. Also for a user who never had a password. */
  abstract changePassword(userId: string, email: string, password: string): Promise<void>;
  abstract setRole(userId: string, role: Role): Promise<void>;
  abstract disable(userId: string): Promise<void>;
  abstract enable(userId: string): Promise<void>;
  /** Ends the sessions that the provider itself may keep. */
  abstract signOutEverywhere(userId: string): Promise<void>;
  abstract remove(userId: string): Promise<void>;
}
