import type { UserRole, UserRoleName } from '../value-objects/user-role.vo.ts';

/** On whose behalf a role is given: the user's own, or that of an administrator. */
export type Authority = 'self' | 'admin' | 'superadmin';

const ADMINS: readonly Authority[] = ['admin', 'superadmin'];
const SUPERADMIN: readonly Authority[] = ['superadmin'];

const TRANSITIONS: Readonly<Record<UserRoleName, Readonly<Partial<Record<UserRoleName, readonly Authority[]>>>>> = {
  student: { tutor: ['self', ...ADMINS], admin: SUPERADMIN },
  tutor: { student: ADMINS, admin: SUPERADMIN },
  admin: { student: SUPERADMIN, tutor: SUPERADMIN, superadmin: SUPERADMIN },
  superadmin: { admin: SUPERADMIN },
};

/** Which role may follow which, and by whose hand. */
export const RoleTransitions = {
  allow: (from: UserRole, to: UserRole, by: Authority): boolean => TRANSITIONS[from.value][to.value]?.includes(by) ?? false,

  /** Whether `by` may create a user with this role. */
  allowFirst: (role: UserRole, by: Authority): boolean => by === 'superadmin' || !role.isStaff,
};
