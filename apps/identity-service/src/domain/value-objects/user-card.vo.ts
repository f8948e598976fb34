export type Role = 'student' | 'tutor' | 'admin' | 'superadmin';
export type Duty = 'verification' | 'support' | 'finance' | 'compliance' | 'operations';

export interface Person {
  readonly email: string;
  readonly isMinor: boolean;
  readonly locale: string;
}

/** What the other services say of a user so far; their events arrive in any order, and each fact is the newest of its group. */
export interface UserCard {
  readonly userId: string;
  /** Unknown until `user.created` came. */
  readonly person: Person | undefined;
  readonly role: Role | undefined;
  readonly suspended: boolean;
  readonly duties: readonly Duty[];
  readonly tutorVerified: boolean;
  readonly erased: boolean;
}

/** Duties are those of an administrator: whoever steps down has none, also while admin-service has not heard of it. */
export function dutiesIn(role: Role, { duties }: Pick<UserCard, 'duties'>): readonly Duty[] {
  return role === 'admin' || role === 'superadmin' ? duties : [];
}
