import type { User } from '../../domain/entities/user.entity.ts';
import type { UserStatus } from '../../domain/entities/user-state.ts';
import type { UserRoleName } from '../../domain/value-objects/user-role.vo.ts';
import type { UserSettings } from '../../domain/value-objects/user-settings.vo.ts';

export interface UserQuery {
  readonly limit: number;
  /** Where a page before this one ended: its `next`. */
  readonly cursor?: string | undefined;
  /** For small lists; rows that appear meanwhile shift it. */
  readonly offset?: number | undefined;
  readonly role?: UserRoleName | undefined;
  readonly status?: UserStatus | undefined;
  /** Part of a name or address. */
  readonly q?: string | undefined;
}

export interface UserPage {
  readonly users: readonly User[];
  /** Of all pages. */
  readonly total: number;
  readonly next: string | null;
}

export abstract class UserRepository {
  /** Throws NotFound. */
  abstract get(id: string): Promise<User>;
  abstract find(id: string): Promise<User | undefined>;
  /** State, settings and events together or not at all. Throws EmailTaken, ConcurrencyConflict. */
  abstract save(user: User): Promise<void>;
  /**
   * Newest first. Following `next`, every user that existed at the start and fits the filters all along appears exactly once. Throws
   * InvalidCursor for a cursor that this service did not give out for these filters.
   */
  abstract list(query: UserQuery): Promise<UserPage>;
  /** How many active superadmins there are apart from this user. Inside a unit of work, until whose end nobody else can change one of them. */
  abstract otherSuperadmins(id: string): Promise<number>;
  /** Inside a unit of work, until whose end nobody else gets an answer: whether somebody is superadmin, active or not. */
  abstract hasSuperadmin(): Promise<boolean>;
  /** Inside a unit of work. Settings of a user who has none yet and was not erased; repeating it changes nothing. */
  abstract addDefaultSettings(userId: string, settings: UserSettings): Promise<void>;
}
