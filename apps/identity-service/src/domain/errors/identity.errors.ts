import { DomainError } from '@edtech/shared-kernel/domain';

export class EmailTaken extends DomainError {
  readonly code = 'EMAIL_TAKEN';

  constructor() {
    super('there is an account with this e-mail address; sign in, or ask for a new password');
  }
}

export class GuardianRequired extends DomainError {
  readonly code = 'GUARDIAN_REQUIRED';

  constructor() {
    super('somebody under 18 needs the consent of a guardian; give guardianEmail, which must be another address');
  }
}

export class MinorCannotTeach extends DomainError {
  readonly code = 'MINOR_CANNOT_TEACH';

  constructor() {
    super('tutors are 18 or older; register as a student');
  }
}

export class ImpossibleBirthDate extends DomainError {
  readonly code = 'IMPOSSIBLE_BIRTH_DATE';

  constructor() {
    super('birthDate is not the day on which a living person was born');
  }
}

export class WeakPassword extends DomainError {
  readonly code = 'WEAK_PASSWORD';

  constructor(readonly rule: string) {
    super(`the password ${rule}`);
  }
}

/** One answer for a wrong password and for an address without account. */
export class InvalidCredentials extends DomainError {
  readonly code = 'INVALID_CREDENTIALS';

  constructor() {
    super('the address or the password is wrong');
  }
}

export class AccountLocked extends DomainError {
  readonly code = 'ACCOUNT_LOCKED';

  constructor(readonly until: string) {
    super(`too many logins with this address have failed; try again after ${until}`);
  }
}

export class NotVerified extends DomainError {
  readonly code = 'NOT_VERIFIED';

  constructor(readonly status: string) {
    super(
      status === 'awaiting_guardian'
        ? 'the guardian has not consented yet'
        : 'the address is not verified yet; use the link in the mail or ask for a new one',
    );
  }
}

export class AccountDisabled extends DomainError {
  readonly code = 'ACCOUNT_DISABLED';

  constructor() {
    super('this account is disabled; ask the support');
  }
}

/** Used, too old, or never given out. */
export class TokenExpired extends DomainError {
  readonly code = 'TOKEN_EXPIRED';

  constructor() {
    super('this link was used or is too old; ask for a new mail');
  }
}

export class AlreadyDecided extends DomainError {
  readonly code = 'ALREADY_DECIDED';

  constructor(readonly decision: string) {
    super(`the guardian has decided already: ${decision}`);
  }
}

/** The session has ended or never was. */
export class SessionEnded extends DomainError {
  readonly code = 'SESSION_ENDED';

  constructor() {
    super('this session has ended; sign in again');
  }
}

/** A refresh token was exchanged twice: one of the two who have it stole it. */
export class TokenReused extends DomainError {
  readonly code = 'TOKEN_REUSED';

  constructor() {
    super('this refresh token was used before, so its session was ended; sign in again');
  }
}
