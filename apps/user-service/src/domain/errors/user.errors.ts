import { DomainError } from '@edtech/shared-kernel/domain';

export class EmailTaken extends DomainError {
  readonly code = 'EMAIL_TAKEN';

  constructor() {
    super('another user has this e-mail address; sign in or use another address');
  }
}

export class UserNotActive extends DomainError {
  readonly code = 'USER_NOT_ACTIVE';

  constructor(
    readonly userId: string,
    readonly status: string,
  ) {
    super(`user ${userId} is ${status}; only an active user can do this`);
  }
}

export class UserSuspended extends DomainError {
  readonly code = 'USER_SUSPENDED';

  constructor(readonly userId: string) {
    super(`user ${userId} is suspended; only support can lift a suspension`);
  }
}

export class AlreadyActive extends DomainError {
  readonly code = 'ALREADY_ACTIVE';

  constructor(readonly userId: string) {
    super(`user ${userId} is active already`);
  }
}

export class InvalidState extends DomainError {
  readonly code = 'INVALID_STATE';

  constructor(
    readonly userId: string,
    readonly status: string,
    readonly command: string,
  ) {
    super(`user ${userId} is ${status}, which does not allow to ${command}`);
  }
}

export class UnknownRole extends DomainError {
  readonly code = 'UNKNOWN_ROLE';

  constructor(readonly role: string) {
    super('there is no such role; use student, tutor, admin or superadmin');
  }
}

export class SameRole extends DomainError {
  readonly code = 'SAME_ROLE';

  constructor(
    readonly userId: string,
    readonly role: string,
  ) {
    super(`user ${userId} has the role ${role} already`);
  }
}

export class AlreadyTutor extends DomainError {
  readonly code = 'ALREADY_TUTOR';

  constructor(readonly userId: string) {
    super(`user ${userId} is a tutor already`);
  }
}

export class ForbiddenTransition extends DomainError {
  readonly code = 'FORBIDDEN_TRANSITION';

  constructor(
    readonly oldRole: string,
    readonly newRole: string,
  ) {
    super(`role ${oldRole} to ${newRole} is not for this caller to change; ask an administrator who may`);
  }
}

export class LastSuperadmin extends DomainError {
  readonly code = 'LAST_SUPERADMIN';

  constructor(readonly userId: string) {
    super(`user ${userId} is the last active superadmin; appoint another one first`);
  }
}

/** The first superadmin is made once; those after it by a superadmin. */
export class SuperadminExists extends DomainError {
  readonly code = 'SUPERADMIN_EXISTS';

  constructor() {
    super('there is a superadmin already; ask that one to appoint another');
  }
}

/** A role that the caller may not give to a new user. */
export class RoleNotGrantable extends DomainError {
  readonly code = 'FORBIDDEN';

  constructor(readonly role: string) {
    super(`the caller may not create a user with the role ${role}`);
  }
}

/** Staff is suspended and reactivated by a superadmin only. */
export class StaffProtected extends DomainError {
  readonly code = 'FORBIDDEN';

  constructor(readonly userId: string) {
    super(`user ${userId} works for the platform; only a superadmin can do this`);
  }
}

export class ProfileRuleViolated extends DomainError {
  readonly code = 'RULE_VIOLATED';

  constructor(
    readonly field: string,
    readonly rule: string,
  ) {
    super(`${field} ${rule}`);
  }
}

export class OpenBookings extends DomainError {
  readonly code = 'OPEN_BOOKINGS';

  constructor(readonly userId: string) {
    super(`user ${userId} has lessons ahead; cancel or finish them first`);
  }
}

export class OpenBalance extends DomainError {
  readonly code = 'OPEN_BALANCE';

  constructor(readonly userId: string) {
    super(`user ${userId} has money that is not settled; wait for the payout or refund`);
  }
}
