import { DomainError } from '@edtech/shared-kernel/domain';

export class UnknownDuty extends DomainError {
  readonly code = 'UNKNOWN_DUTY';

  constructor(
    readonly unknown: readonly string[],
    readonly known: readonly string[],
  ) {
    super(`there is no duty ${unknown.join(', ')}; the duties are ${known.join(', ')}`);
  }
}

export class AdminNotActive extends DomainError {
  readonly code = 'ADMIN_NOT_ACTIVE';

  constructor(readonly userId: string) {
    super(`${userId} is no administrator any more; give the user the role first`);
  }
}
