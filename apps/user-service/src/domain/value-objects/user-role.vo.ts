import { UnknownRole } from '../errors/user.errors.ts';

const NAMES = ['student', 'tutor', 'admin', 'superadmin'] as const;
export type UserRoleName = (typeof NAMES)[number];

export class UserRole {
  private constructor(readonly value: UserRoleName) {}

  static student(): UserRole {
    return new UserRole('student');
  }
  static tutor(): UserRole {
    return new UserRole('tutor');
  }
  static admin(): UserRole {
    return new UserRole('admin');
  }
  static superadmin(): UserRole {
    return new UserRole('superadmin');
  }

  /** Throws UnknownRole. */
  static fromString(value: string): UserRole {
    const name = NAMES.find((known) => known === value);
    if (name === undefined) throw new UnknownRole(value);
    return new UserRole(name);
  }

  equals(other: UserRole): boolean {
    return this.value === other.value;
  }

  /** Whether it works for the platform instead of using it. */
  get isStaff(): boolean {
    return this.value === 'admin' || this.value === 'superadmin';
  }
}
